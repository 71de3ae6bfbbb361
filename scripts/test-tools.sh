#!/bin/sh
# Chromium, whose setting of text the gallery test compares with ours: from Debian's packages, installed where missing.
# (Ubuntu's package is a snap: there, put any build of Chromium into the PATH as `chromium`.)
set -eu

[ -x "$(command -v chromium)" ] && exit 0

apt="apt-get install -y --no-install-recommends chromium"
if ! command -v apt-get >/dev/null; then
	echo "The gallery test needs Chromium, as chromium. Install it with this system's package manager." >&2
	exit 1
elif [ "$(id -u)" = 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "The gallery test needs Chromium, as chromium. Install it:" >&2
	echo "    sudo apt-get update && sudo $apt" >&2
	exit 1
fi

echo "Installing chromium with apt-get"
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive $apt
