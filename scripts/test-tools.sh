#!/bin/sh
# Chromium, whose setting of text the gallery test compares with ours.
# (Ubuntu's package is a snap: there, put any build of Chromium into the PATH as `chromium`.)
set -eu

[ -x "$(command -v chromium)" ] || sh "$(dirname "$0")/debian.sh" "The gallery test needs Chromium, as" chromium
