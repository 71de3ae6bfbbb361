#!/bin/sh
# melt, which `make bench` compares with: from Debian's packages, installed where missing. Without it that side is left out.
set -eu

[ -x "$(command -v melt)" ] && exit 0

apt="apt-get install -y --no-install-recommends melt"
if ! command -v apt-get >/dev/null; then
	echo "The benchmark compares with melt. Install it with this system's package manager." >&2
	exit 1
elif [ "$(id -u)" = 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "The benchmark compares with melt. Install it:" >&2
	echo "    sudo apt-get update && sudo $apt" >&2
	exit 1
fi

echo "Installing melt with apt-get"
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive $apt
