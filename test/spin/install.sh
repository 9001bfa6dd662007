#!/bin/sh
# Installs what `npm run test:spin` needs: SPIN, and TinyCC, which compiles its verifiers. Quick when both are there already.
set -eu

if ! command -v spin > /dev/null || ! command -v tcc > /dev/null; then
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	$as_root apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends spin tcc libc6-dev
fi
