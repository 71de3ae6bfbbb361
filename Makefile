# Everything that a developer or a machine does with the source tree. `make` alone lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHONS ?= python3.12 python3.13 python3.11 python3.14 python3
BIN := .venv/bin
UV ?= uv

# pyvips comes as source only. Without pkg-config it installs as plain Python and uses the libvips of its own pinned
# wheel; otherwise it would be compiled against the system's, which may draw other pixels.
PIP := PKG_CONFIG=/bin/false $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
	--no-deps --require-hashes --only-binary :all: --no-binary pyvips --no-build-isolation

.PHONY: help
help: ## list what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

# Two that install into one .venv would spoil it: the second waits.
ALONE = if command -v flock >/dev/null; then exec 9>.setup.lock; \
	flock -n 9 || { echo "Another make installs into .venv: waiting for its end"; flock 9; }; fi

# Some machines tell Python to keep no bytecode: each of the hundreds of processes that the tests start would compile anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup
setup: ## install into .venv exactly what the locks name
	@$(ALONE); { pwd; cat requirements-build.lock requirements.lock; } >.setup.part; \
	if $(BIN)/python -c '' 2>/dev/null && cmp -s .setup.part .venv/installed; then rm .setup.part; exit 0; fi; \
	set -e; trap 'rm -f .setup.part' EXIT; \
	find_python() { \
		for python in $(PYTHONS); do \
			if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
			then return 0; fi; \
		done; return 1; \
	}; \
	if ! find_python; then sh scripts/debian.sh "Portevoix needs Python 3.11 or later with its venv module" python3-venv || true; fi; \
	if ! find_python; then \
		echo "Portevoix needs Python 3.11 or later with its venv module, as Debian 12 and Ubuntu 24.04 have it." >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" -V)"; \
	"$$python" -m venv --clear .venv; \
	$(PIP) -r requirements-build.lock; \
	$(PIP) -r requirements.lock; \
	$(BIN)/python scripts/link-source.py; \
	mv .setup.part .venv/installed

.PHONY: tools
tools: setup ## install the test tools too
	@$(ALONE); set -e; if cmp -s requirements-test.lock .venv/installed-test; then exit 0; fi; \
	echo "Installing the test tools"; \
	$(PIP) -r requirements-test.lock; \
	cp requirements-test.lock .venv/installed-test

.PHONY: demo
demo: setup ## make every file of the example job
	$(BIN)/portevoix render examples/sintel/job.yaml --house examples/house --out build/demo
	@echo "The files are in $(CURDIR)/build/demo:"; find build/demo -type f | sort | sed 's/^/  /'

.PHONY: pictures
pictures: setup ## make the pictures of docs/recipes.md
	$(BIN)/python scripts/recipe-pictures.py

.PHONY: packages
packages: setup ## sign, package, verify and check what the demonstration makes; listed in docs/delivery.md
	$(BIN)/python scripts/demo-packages.py

.PHONY: architecture
architecture: setup ## draw the picture of docs/architecture.md
	PYTHONPATH=scripts $(BIN)/python -m architecture

.PHONY: security
security: setup ## write who may ask what into docs/security.md
	$(BIN)/python scripts/access-matrix.py

.PHONY: screens
screens: tools ## take the pictures of docs/page.md, of a service with real films: ARGS="job jobs" some, ARGS=--serve to look
	PYTHONPATH=.:tests/helpers $(BIN)/python scripts/screens.py $(ARGS)

.PHONY: pages
pages: tools ## measure the pages by Chromium's own trace: first contents, weight, frames while 3,000 cues are scrolled
	PYTHONPATH=.:tests/helpers $(BIN)/python benchmarks/pages.py

.PHONY: words
words: tools ## list what the pages say and the French catalogue lacks
	$(BIN)/python scripts/catalogue.py

.PHONY: supply
supply: setup ## write deploy/LICENCES.md and build/bill.cdx.json (CycloneDX), and ask for known holes where a network is there
	$(BIN)/python scripts/supply.py licences > deploy/LICENCES.md
	mkdir -p build && $(BIN)/python scripts/supply.py bill > build/bill.cdx.json
	$(BIN)/python scripts/supply.py audit

.PHONY: image
image: ## build the image with podman on Debian's own packages, and try it in containers; some minutes, as root
	sh scripts/image.sh

.PHONY: test
test: tools ## run all tests
	sh scripts/test-servers.sh
	sh scripts/test-tools.sh
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0

.PHONY: lint
lint: tools ## check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: bench
bench: tools ## measure against other ways, an hour; SHORT=1: five minutes; ARGS=--resume
	sh scripts/bench-tools.sh || echo "Without melt"
	$(BIN)/python benchmarks/bench.py $(if $(SHORT),--short,--report) $(ARGS)

.PHONY: before
before: setup ## measure the job of `make bench` against an earlier commit, in turn, twenty minutes: COMMIT=c ROUNDS=n
	$(BIN)/python benchmarks/before.py $(COMMIT) --rounds $(or $(ROUNDS),3) $(ARGS)

.PHONY: scale
scale: tools ## feed the model of the service with measured work, and hold it against real workers
	sh scripts/test-servers.sh
	$(BIN)/python benchmarks/scale.py --report $(ARGS)

.PHONY: fuzz
fuzz: tools ## try thousands of random texts, headers, requests and files
	PORTEVOIX_LONG=1 $(BIN)/python -m pytest tests/pure/test_any_bytes.py tests/drawing/drawing/test_any_text.py tests/service/http/test_any_header.py \
		tests/service/http/test_description.py

MINUTES ?= 10
.PHONY: described
described: tools ## ask everything the description has, with and without tokens: MINUTES=n
	PYTHONPATH=.:tests/helpers $(BIN)/python benchmarks/described.py --minutes $(MINUTES)

N ?= 1000
FIRST ?= 0
.PHONY: layers
layers: tools ## count what lies over faces, in two parts or outside of safe zones, in all examples; JOBS="a.yaml …" for others; MARKS=folder: by faces marked by eye
	$(BIN)/python benchmarks/layers.py $(JOBS) $(if $(MARKS),--marks $(MARKS))

.PHONY: films
films: setup ## films of every kind against what comes out: N=n SEED=s FIRST=n; DAMAGE=1: damaged ones
	$(BIN)/python benchmarks/films.py --count $(N) --seed $(SEED) --first $(FIRST) $(if $(DAMAGE),--damage)

CHANGED ?= 2000
.PHONY: strangers
strangers: tools ## strangers' files through upload, worker and command line, half an hour: CHANGED=n SEED=s
	PYTHONPATH=.:tests/helpers $(BIN)/python benchmarks/strangers.py --report --changed $(CHANGED) --seed $(SEED)

ROUNDS ?= 8
SEED ?= 1
.PHONY: chaos
chaos: tools ## kill parts of the running service: ROUNDS=n SEED=s
	sh scripts/test-servers.sh
	$(BIN)/python benchmarks/chaos.py --rounds $(ROUNDS) --seed $(SEED)

KILLS ?= 200
.PHONY: kills
kills: tools ## kill workers in the middle of releases while readers look: KILLS=n SEED=s
	sh scripts/test-servers.sh
	$(BIN)/python benchmarks/release_kills.py --kills $(KILLS) --seed $(SEED)

# `make lock` keeps the versions that still fit; `make lock UPGRADE=--upgrade` takes the newest.
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --only-binary :all: --no-binary pyvips $(UPGRADE) pyproject.toml

.PHONY: lock
lock: ## resolve the versions again (needs uv)
	@command -v $(UV) >/dev/null || { echo "Not found: uv. Install it (pip install uv), or say where it is: make lock UV=PATH" >&2; exit 1; }
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group test --constraint requirements.lock --output-file requirements-test.lock
	$(COMPILE:pyproject.toml=) --group build --constraint requirements-test.lock --output-file requirements-build.lock

.PHONY: clean
clean: ## remove what these targets made
	rm -rf .venv build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .setup.part .setup.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
