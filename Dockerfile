# All of Portevoix in one image: the HTTP service (as it stands), workers, reconciler, and the command line:
#     docker build -t portevoix:0.1.0 .
#     docker run --rm -v "$PWD:/job" portevoix:0.1.0 portevoix render /job/job.yaml --out /job/out --store /job/store
# The institution's own data is mounted at /house: -v "$PWD/house:/house:ro". An empty folder, as it is here, adds nothing.
# docs/operations.md says how it is run. Both stages need the same base: the environment of the first runs in the second.
# `make image` names another, made of Debian's packages.
ARG BASE=python:3.12.13-slim-bookworm
FROM ${BASE} AS installed
WORKDIR /app
COPY requirements-build.lock requirements.lock ./
COPY scripts/link-source.py scripts/
# The steps of `make setup`, which says why they are so.
RUN python -m venv .venv
RUN PKG_CONFIG=/bin/false .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-cache-dir \
    --no-deps --require-hashes --only-binary :all: --no-binary pyvips --no-build-isolation -r requirements-build.lock
RUN PKG_CONFIG=/bin/false .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-cache-dir \
    --no-deps --require-hashes --only-binary :all: --no-binary pyvips --no-build-isolation -r requirements.lock
RUN .venv/bin/python scripts/link-source.py
# What nothing reads at run time: a linker's archives, the libraries' own tests, the clouds' services that are not S3, and
# what installed it all.
RUN find .venv -type f \( -name '*.a' -o -name '*.rlib' -o -name '*.pyi' \) -delete \
    && find .venv -type d -name tests -prune -exec rm -r {} + \
    && find .venv/lib/python*/site-packages/botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 -exec rm -r {} + \
    && .venv/bin/python -m pip uninstall --quiet --yes hatchling pathspec pkgconfig pluggy setuptools tomlkit trove-classifiers pip

FROM ${BASE}
# tini is process 1: it buries the encoders of a worker that was killed. bubblewrap adds namespaces to the sandbox where the
# engine lets it make some. Rendering needs no package of the system: what the wheels do not bring (the C and C++ libraries,
# zlib; setpriv) is in the base.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap tini && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portevoix \
    && install -d -o portevoix -g portevoix /var/lib/portevoix /var/lib/portevoix/cache /var/lib/portevoix/deliveries \
    && install -d /house
WORKDIR /app
COPY --from=installed /app/.venv .venv
COPY LICENSE api.py pyproject.toml ./
COPY brand brand
COPY fonts fonts
COPY recipes recipes
COPY portevoix portevoix
COPY service service
COPY web web
COPY workers workers
COPY deploy/logging.json deploy/NOTICE.md deploy/
# The ffmpeg inside imageio-ffmpeg is under the GPL, whose text its package leaves out: deploy/NOTICE.md.
RUN cp /usr/share/common-licenses/GPL-3 deploy/GPL-3 && .venv/bin/python -m compileall -q api.py portevoix service workers
ENV PATH=/app/.venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PORTEVOIX_CACHE=/var/lib/portevoix/cache PORTEVOIX_DELIVERIES=/var/lib/portevoix/deliveries \
    PORTEVOIX_HOUSE=/house
LABEL org.opencontainers.image.title="Portevoix" org.opencontainers.image.licenses="MIT AND GPL-3.0-or-later"
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["python", "-m", "service.http.server", "--host", "0.0.0.0", "--port", "8080"]
# Of the service; who runs something else says how that is looked at.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
