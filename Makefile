# make report | make test | make lab: each sets up all it needs, with nothing but Python and make.

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

UV := $(BIN)/uv pip

# Tests on every core; `make test CORES=` for one, as a debugger wants it.
CORES := -n auto --dist worksteal

.PHONY: help report today test nightly lowest browser lab lint bench bench-lock lock release clean lab-env dev-env

help:
	@echo "make report  run the notebooks on the sample edition and build site/index.html"
	@echo "make today   pull today's data, build today/index.html from it, open it (network)"
	@echo "make test    run the tests"
	@echo "make nightly the long simulations and sweeps that make test leaves out"
	@echo "make lowest  the quick tests on the lowest versions that are promised"
	@echo "make browser the tests of the report in a real browser alone (needs Chromium)"
	@echo "make lab     open JupyterLab on a copy of the notebooks, in lab/"
	@echo "make lint    style, types, import contracts, notebooks without outputs"
	@echo "make bench   measure against statsmodels, polars-ols and arch; time the ledger"
	@echo "make lock    pin the dependencies again"
	@echo "make release build and check what would be released, with its notes, in dist/"
	@echo "make clean   remove the environment and everything built"

report: lab-env
	@$(BIN)/r2k report

# Status 3, a pull that got only part, is named by the last line and is no failure of the build.
today: lab-env
	@$(BIN)/r2k today $(TODAY_ARGS) || [ $$? -eq 3 ]

lab: lab-env
	@$(BIN)/r2k lab -- $(LAB_ARGS)

test: dev-env
	$(BIN)/python -m pytest $(CORES) $(PYTEST_ARGS)

nightly: dev-env
	$(BIN)/python -m pytest -m "nightly or hypothesis" --hypothesis-profile nightly $(CORES) $(PYTEST_ARGS)

# The lowest versions that pyproject.toml promises, the newest tools, and the quick tests on them.
lowest: dev-env
	mkdir -p build
	$(UV) compile pyproject.toml --quiet --python $(BIN)/python --resolution lowest-direct \
		--extra live --extra report --extra lab --output-file build/lowest.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/lowest
	$(UV) install --quiet --python build/lowest -r build/lowest.txt --group build --group dev
	$(UV) install --quiet --python build/lowest --no-deps -r requirements-sample.lock
	$(UV) install --quiet --python build/lowest --no-deps --no-build-isolation -e .
	$(subst $(VENV),build/lowest,$(BIN))/python -m pytest -m "not slow" $(CORES) $(PYTEST_ARGS)

browser: dev-env
	$(BIN)/python -m pytest tests/browser $(PYTEST_ARGS)

lint: dev-env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/notebooks.py check

# The environment is made from the lock file and made again only when the lock's content changes.
lab-env:
	@$(PYTHON) scripts/environment.py $(VENV) requirements.lock requirements-dev.lock

dev-env:
	@$(PYTHON) scripts/environment.py $(VENV) requirements-dev.lock

# The peers measured against have an environment of their own; no test needs them.
bench: lab-env
	@$(PYTHON) scripts/environment.py benchmarks/.venv benchmarks/requirements.lock
	$(subst $(VENV),benchmarks/.venv,$(BIN))/python benchmarks/speed.py
	$(BIN)/python benchmarks/report.py
	$(subst $(VENV),benchmarks/.venv,$(BIN))/python benchmarks/ledger.py

bench-lock: lab-env
	$(UV) compile pyproject.toml benchmarks/requirements.in --universal --python-version 3.11 \
		--generate-hashes --group build --constraints requirements.lock \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make bench-lock" \
		--output-file benchmarks/requirements.lock
	cat requirements-sample.lock >> benchmarks/requirements.lock

lock: lab-env
	$(UV) compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--extra live --extra report --extra lab --group build \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements.lock
	$(UV) compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--extra live --extra report --extra lab --group build --group dev --constraints requirements.lock \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements-dev.lock
	for lock in requirements.lock requirements-dev.lock; do cat requirements-sample.lock >> $$lock; done

# Both distributions, checked, with their notes; uploading is left to a person.
release: dev-env
	$(BIN)/python scripts/release.py $(RELEASE_ARGS)

clean:
	rm -rf $(VENV) benchmarks/.venv site today build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
