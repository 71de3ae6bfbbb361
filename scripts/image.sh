#!/bin/sh
# Builds the image with podman, on a base made of Debian's own packages, and proves it in containers: read-only, without
# a network and without capabilities, as the image's own user. Some minutes and 3 GB of disk; as root.
set -eu
cd "$(dirname "$0")/.."

set --
for program in podman runc mmdebstrap; do
	[ -x "$(command -v "$program")" ] || set -- "$@" "$program"
done
[ $# = 0 ] || sh scripts/debian.sh "The image is built and tried with" "$@"

version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' portevoix/__init__.py)
image=localhost/portevoix:$version
base=localhost/portevoix-base:bookworm
work=$(mktemp -d)
trap 'podman --runtime runc rm --force --ignore --volumes portevoix-proof >/dev/null 2>&1; rm -rf "$work"' EXIT

# The Python of Debian 12, without what nobody reads in a container. Licences stay.
echo "Making the base"
mmdebstrap --quiet --variant=apt --include=ca-certificates,python-is-python3,python3-venv \
	--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
	--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' bookworm "$work/base.tar"

# Only for the time of the build, it trusts what this machine trusts: a proxy's authority may be among that.
echo "Building $image"
trusted=/etc/ssl/certs/ca-certificates.crt
[ -f "$trusted" ] && set -- --volume "$trusted:$trusted:ro" || set --
for old in "$image" "$base"; do
	podman image exists "$old" && podman rmi "$old" >/dev/null 2>&1 || true  # one that runs stays
done
podman import --quiet "$work/base.tar" "$base" >/dev/null
rm "$work/base.tar"
podman build --quiet --isolation chroot --format docker --layers=false --build-arg "BASE=$base" "$@" --tag "$image" . >/dev/null

inside() { podman --runtime runc --cgroup-manager cgroupfs "$@"; }
run() {
	inside run --rm --read-only --network none --cap-drop ALL \
		--security-opt no-new-privileges --ulimit nofile=1024:2048 --ulimit nproc=4096:4096 --no-healthcheck "$@"
}

echo "The doctor in it:"
run "$image" portevoix doctor

echo "A notice in two languages, made in it:"
install -d -m 0777 "$work/out"
chmod 0755 "$work"
run --volume "$PWD/examples:/examples:ro" --volume "$work/out:/out" "$image" portevoix render \
	/examples/notice/job.yaml --house /examples/house --only language=fr --only language=ar --out /out --store /tmp/store
find "$work/out" -name '*.mp4' | grep -q . || { echo "No film was made" >&2; exit 1; }
if find "$work/out" ! -uid 10001 ! -path "$work/out" | grep .; then
	echo "These are not of the image's user" >&2
	exit 1
fi

echo "The service in it:"
run --detach --name portevoix-proof --volume /var/lib/portevoix \
	--env PORTEVOIX_DATABASE=sqlite:////var/lib/portevoix/ledger.db --env PORTEVOIX_STORE=/var/lib/portevoix/store \
	--env PORTEVOIX_BROKER=filesystem:///var/lib/portevoix/broker "$image" >/dev/null
asks="import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/healthz', timeout=4).status)"
tries=60
until said=$(inside exec portevoix-proof python -c "$asks" 2>&1); do
	tries=$((tries - 1))
	[ $tries -gt 0 ] || { echo "$said" >&2; inside logs portevoix-proof >&2; exit 1; }
	sleep 1
done
inside stop --time 20 portevoix-proof >/dev/null
echo "/healthz answered $said"

podman image inspect --format '{{.Size}}' "$image" | awk '{ printf "The image has %.2f GB; ", $1 / 1e9 }'
podman save --quiet --format docker-archive "$image" | gzip -1 | wc -c | awk '{ printf "%.2f GB packed\n", $1 / 1e9 }'
