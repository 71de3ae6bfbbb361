#!/bin/sh
# Chromium, whose setting of text the gallery test compares with ours, and an OpenID provider to sign in at.
# (Ubuntu's package is a snap: there, put any build of Chromium into the PATH as `chromium`.)
set -eu

here=$(dirname "$0")
[ -x "$(command -v chromium)" ] || sh "$here/debian.sh" "The gallery test needs Chromium, as" chromium

[ -x "$(command -v npm)" ] || sh "$here/debian.sh" "The sign-in test needs Node.js and npm" nodejs npm
provider=$here/../tests/helpers/oidc
if ! cmp -s "$provider/package-lock.json" "$provider/node_modules/.installed"; then
	(cd "$provider" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	cp "$provider/package-lock.json" "$provider/node_modules/.installed"
fi
