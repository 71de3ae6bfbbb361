#!/bin/sh
# Chromium, whose setting of text the gallery test compares with ours, an OpenID provider to sign in at, tus clients that
# upload, and a token that signs. (Ubuntu's package of Chromium is a snap: there, put any build of it into the PATH as
# `chromium`.)
set -eu

here=$(dirname "$0")
[ -x "$(command -v chromium)" ] || sh "$here/debian.sh" "The gallery test needs Chromium, as" chromium

[ -x "$(command -v pkcs11-tool)" ] || sh "$here/debian.sh" "The test of a key in a token needs SoftHSM and OpenSC, as" softhsm2 opensc

[ -x "$(command -v npm)" ] || sh "$here/debian.sh" "The tests of sign-in and uploads need Node.js and npm" nodejs npm
for tool in "$here/../tests/helpers/oidc" "$here/../tests/helpers/tus"; do
	if ! cmp -s "$tool/package-lock.json" "$tool/node_modules/.installed"; then
		(cd "$tool" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
		cp "$tool/package-lock.json" "$tool/node_modules/.installed"
	fi
done
