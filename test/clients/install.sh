#!/bin/sh
# Installs what `npm run test:clients` drives: Neovim and git send-email. Quick when they are there already.
set -eu

if ! command -v nvim > /dev/null || ! [ -e /usr/lib/git-core/git-send-email ]; then
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	$as_root apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends neovim git-email
fi
