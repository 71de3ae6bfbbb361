#!/bin/sh
# sh debian.sh REASON PACKAGE …: installs Debian's packages, or says why they are wanted and how to get them.
# A server among them is not started.
set -eu

reason=$1
shift
apt="apt-get install -y --no-install-recommends $*"
if ! command -v apt-get >/dev/null; then
	echo "$reason: $*. Install with this system's package manager." >&2
	exit 1
elif [ "$(id -u)" = 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "$reason: $*. Install with:" >&2
	echo "    sudo apt-get update && sudo $apt" >&2
	exit 1
fi

echo "Installing $* with apt-get"
# A package starts its server when it is installed, unless this answers 101 ("not allowed").
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod 755 "$policy"
	trap '$sudo rm -f "$policy"' EXIT
fi
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive $apt
