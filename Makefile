# The project's commands. `make help` lists them.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help install demo test fuzz bench lint format messages pins audit clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' Makefile

install: $(VENV)/installed ## Make the environment in .venv and nothing else

demo: install ## Serve the site with demo data on http://127.0.0.1:8000 (PORT=... for another port)
	$(PY) -m peacekeeping.demo.serve --port $(PORT)

test: $(VENV)/installed-dev ## Run the whole suite on SQLite and on PostgreSQL (ARGS=... go to pytest)
	$(PY) -m tests.run $(ARGS)

fuzz: $(VENV)/installed-dev ## Send bad input to every door for MINUTES=20 minutes, other input each time, on SQLite
	DEBUG=on FUZZ_MINUTES=$(or $(MINUTES),20) $(PY) -m pytest -q tests/fuzz $(ARGS)

bench: $(VENV)/installed-dev ## Measure the site and write docs/benchmarks.md (needs the system package wrk; ARGS=... choose, see --help)
	$(PY) -m tests.benchmarks $(ARGS)

lint: $(VENV)/installed-dev ## Check style, imports, the floor plan, missing migrations and those that readers would wait for
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	DEBUG=on $(PY) manage.py makemigrations --check --dry-run
	$(PY) -m tests.migration_lint

format: $(VENV)/installed-dev ## Put the code into the house's format
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: $(VENV)/installed-dev ## Collect and compile the interface strings (needs gettext)
	DEBUG=on $(PY) manage.py makemessages -l kk -l ru --no-location --no-wrap --ignore .venv --ignore var
	DEBUG=on $(PY) manage.py compilemessages --ignore .venv

pins: $(VENV)/made ## Write the hashes of every pinned file into the requirements, after a version was raised
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/pins.txt
	$(PY) .ci/pins.py

audit: ## Ask the OSV database about known vulnerabilities of what is pinned; 3 where it cannot be reached
	@$(PYTHON) .ci/audit.py

clean: ## Remove the environment; the data under var/ stay
	rm -rf $(VENV) .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; PYTHON=... names one."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: requirements.txt | $(VENV)/made
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt | $(VENV)/made
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ $(VENV)/installed
