#!/bin/sh
# The servers that the service tests start: Redis, RabbitMQ and PostgreSQL, from Debian's or Ubuntu's packages.
# Installs what is missing; none of them is left running by it.
set -eu

packages=
[ -x "$(command -v redis-server)" ] || packages="$packages redis-server"
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || packages="$packages rabbitmq-server"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || packages="$packages postgresql"
[ -n "$packages" ] || exit 0

apt="apt-get install -y --no-install-recommends$packages"
if ! command -v apt-get >/dev/null; then
	echo "The service tests need these servers:$packages. Install them with this system's package manager." >&2
	exit 1
elif [ "$(id -u)" = 0 ]; then
	sudo=
elif sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "The service tests need these servers:$packages. Install them:" >&2
	echo "    sudo apt-get update && sudo $apt" >&2
	exit 1
fi

echo "Installing$packages with apt-get"
# A package starts its server when it is installed, unless this answers 101 ("not allowed").
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod 755 "$policy"
	trap '$sudo rm -f "$policy"' EXIT
fi
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive $apt
