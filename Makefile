# Two commands matter: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
WORKERS ?= 2
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run test check bench campaigns lock format clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(VENV)/runtime  ## serve the sample world on http://127.0.0.1:8000, everything included
	@$(BIN)/flask up

test: $(VENV)/dev browser  ## the whole suite: both databases, real SMTP sink, real browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q $(ARGS)

check: $(VENV)/dev  ## style, types, layers of imports, templates, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python translations/check.py
	@$(BIN)/mypy

bench: $(VENV)/runtime  ## measure pages, reminders and the log beside the bare limit of this machine
	@$(BIN)/python -m bench $(ARGS)

campaigns: $(VENV)/dev browser  ## the long campaigns in full; writes docs/figures.md, resumes where it stopped
	@DONDOC_CAMPAIGN=full $(BIN)/python -m pytest tests/campaigns -q $(ARGS)

lock: $(VENV)/dev  ## compile requirements*.in into exact versions with hashes (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: type  $(BIN)/python -m pip install uv  and put it on PATH"; exit 1; }
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet requirements-dev.in -o requirements-dev.txt

format: $(VENV)/dev  ## put the code into the house's form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

clean:  ## remove what was built; data in instance/ stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- what a fresh machine lacks is installed here, or named with the command to type ---

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { [ "$$(id -u)" = 0 ] && apt-get install -y -q python3-venv && $(PYTHON) -m venv $(VENV); } \
	  || { echo "the module venv is missing: type  sudo apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/runtime: requirements.txt | $(VENV)/made
	@echo "installing what the system runs on (once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/made
	@echo "installing what checks and tests need (once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/runtime

.PHONY: browser
browser:
	@tests/browser/find.sh >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium >/dev/null; } \
	  || { echo "no Chromium was found: type  sudo apt install chromium  or set CHROMIUM=/path/to/it"; exit 1; }
