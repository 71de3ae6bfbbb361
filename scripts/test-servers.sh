#!/bin/sh
# The servers that the service tests start: Redis, RabbitMQ and PostgreSQL. None of them is left running by it.
set -eu

set --
[ -x "$(command -v redis-server)" ] || set -- "$@" redis-server
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || set -- "$@" rabbitmq-server
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || set -- "$@" postgresql
[ $# = 0 ] || sh "$(dirname "$0")/debian.sh" "The service tests need these servers" "$@"
