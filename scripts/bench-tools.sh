#!/bin/sh
# melt, which `make bench` compares with. Without it that side is left out.
set -eu

[ -x "$(command -v melt)" ] || sh "$(dirname "$0")/debian.sh" "The benchmark compares with" melt
