# A fresh clone needs python3 >= 3.11 (with venv), node >= 20.19, npm and make; everything else comes from the package registries.

# What is said behind make (PORT=…, RUNTIME=…, SECONDS=…, SEED=…, SETTINGS=…, URL=…) is text that a shell would read as its own language.
# make hands it to recipes in their environment, and they take it from there: no $(URL) in them, but "$$URL".

QUICK ?=
PYTHON_FILES = src server api tools tests bench
TESTS_INSTALLED = node_modules/.installed tests/node_modules/.installed tests/mock/node_modules/.installed
BENCH_INSTALLED = node_modules/.installed .venv/.server bench/node_modules/.installed bench/litellm/.venv/.installed

.PHONY: help demo dev serve mock sealing-key deploy smoke test quick docs screenshot check soak fuzz audit bench bench-settings bench-check

help: # what there is to make
	@awk -F ':.* # ' '/^[a-z-]+:.* # / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: .venv/.server tests/mock/node_modules/.installed # the relay and a mock of the providers, with keys to paste: try it here
	@exec node tools/demo.mjs "$$PORT"

dev: node_modules/.installed # the relay as a Worker, on http://127.0.0.1:8787, anew at every change
	@exec node tools/dev.mjs "$$PORT"

serve: .venv/.sealing-key # the relay as a server, on http://127.0.0.1:8787
	@$(if $(shell grep -s '^SEALING_KEY=' .dev.vars),,SEALING_KEY="$${SEALING_KEY-$$(cat $<)}") PYTHONPATH=src:server \
	exec .venv/bin/python -m byok_relay_server serve $${PORT:+--port "$$PORT"} $(if $(wildcard .dev.vars),--env-file .dev.vars)

mock: tests/mock/node_modules/.installed # a mock of the providers on http://127.0.0.1:9301, to try the relay without a key
	@exec node tests/mock/main.mjs "$$PORT"

sealing-key: # a new private key for the secret SEALING_KEY
	@node tools/sealing_key.mjs

deploy: # the Worker to Cloudflare's network; the first time it asks what it must know: docs/deploy.md
	@exec node tools/deploy.mjs

smoke: # checks the relay at URL=https://…, local or deployed
	@exec node tools/smoke.mjs "$$URL"

test: $(TESTS_INSTALLED) .venv/.installed tests/browser/.wheels/.installed # everything, in half an hour; VERBOSE=1 shows every test
	@node tests/run.mjs

quick: .venv/.installed # the core's own tests and types, in half a minute: the loop to work in
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)
	.venv/bin/mypy
	.venv/bin/pytest tests/unit

docs: .venv/.installed # docs/providers.md, from the provider table
	@PYTHONPATH=src .venv/bin/python tools/providers_page.py

screenshot: $(TESTS_INSTALLED) # docs/playground.png, the README's picture of the playground
	@node tests/browser/readme-screenshot.mjs

check: $(TESTS_INSTALLED) .venv/.installed # lints, types, and what a deployment and a container would hold
	.venv/bin/ruff check $(PYTHON_FILES)
	.venv/bin/ruff format --check $(PYTHON_FILES)
	.venv/bin/mypy
	tests/node_modules/.bin/prettier --check --log-level=warn .
	.venv/bin/actionlint
	PYTHONPATH=src .venv/bin/python tools/providers_page.py --check
	node --test $(wildcard tests/deploy/*.test.mjs)

soak: $(TESTS_INSTALLED) # 500 streams and every other kind of request, for SECONDS=600 on RUNTIME=workerd, or on server
	@exec node tests/soak/main.mjs

fuzz: .venv/.fuzz # the core under requests nobody thought of; SEED=… does the same again, SECONDS=… is for the coverage-guided part
	@seed="$${SEED:-$$(date +%s)}"; echo "SEED=$$seed"; FUZZ_SEED="$$seed" .venv/bin/pytest tests/fuzz -rP --hypothesis-seed="$$seed"
	@PYTHONPATH=src:tests .venv/bin/python -m fuzz.fuzz_core

audit: $(TESTS_INSTALLED) .venv/.audit # known vulnerabilities in what is pinned, as the registries know them
	.venv/bin/pip-audit --local --strict
	npm audit
	npm audit --prefix tests
	npm audit --prefix tests/mock

bench: $(BENCH_INSTALLED) $(if $(QUICK),,.venv/.installed) # the relay beside its peers, in 25 minutes; QUICK=1: in two
	@node bench/main.mjs $(if $(QUICK),--quick)
	$(if $(QUICK),,@.venv/bin/python bench/chart.py)

bench-settings: .venv/.server node_modules/.installed # what limits, the audit line and metering cost, in 10 minutes
	@node bench/settings.mjs

bench-check: $(BENCH_INSTALLED) # has the relay become slower than bench/results.json says?
	@node bench/main.mjs --quick --check

node_modules/.installed: package.json package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

tests/node_modules/.installed: tests/package.json tests/package-lock.json
	@npm ci --prefix tests --no-audit --no-fund --loglevel=error
	@touch $@

tests/mock/node_modules/.installed: tests/mock/package.json tests/mock/package-lock.json
	@npm ci --prefix tests/mock --no-audit --no-fund --loglevel=error
	@touch $@

bench/node_modules/.installed: bench/package.json bench/package-lock.json
	@npm ci --prefix bench --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.server: pyproject.toml
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("python3 is %d.%d here; 3.11 or newer is needed" % sys.version_info[:2])'
	@echo 'Installing what this needs, into .venv ...'
	@python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check pip==26.3
	@.venv/bin/python tools/extra.py server > .venv/server.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement .venv/server.txt
	@touch $@

# This checkout's own, for who has set none: the same at every start, so that what a page has sealed goes on opening.
.venv/.sealing-key: .venv/.server
	@umask 077; PYTHONPATH=src:server .venv/bin/python -m byok_relay_server sealing-key > $@.new && mv $@.new $@

.venv/.installed: pyproject.toml .venv/.server
	@.venv/bin/python tools/extra.py usage > .venv/usage.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --group test --requirement .venv/usage.txt
	@touch $@

.venv/.fuzz: .venv/.installed
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --group fuzz
	@touch $@

.venv/.audit: .venv/.installed
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --group audit
	@touch $@

bench/litellm/.venv/.installed: bench/litellm/requirements.txt .venv/.server
	@python3 -m venv --without-pip bench/litellm/.venv
	@.venv/bin/python -m pip --python bench/litellm/.venv/bin/python install --quiet --disable-pip-version-check --requirement $<
	@touch $@

tests/browser/.wheels/.installed: tests/browser/wheels.txt tests/browser/wheels.sh .venv/.installed
	@PYTHON=$(CURDIR)/.venv/bin/python tests/browser/wheels.sh
	@touch $@
