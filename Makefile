# What people type. Each target starts from nothing: it makes .venv and installs the pinned requirements first.
.DEFAULT_GOAL := help
.PHONY: help run test check format-check format lint types floors migrations audit bench screenshots lock environment dev

.NOTPARALLEL:

PYTHON ?=
export PYTHON
PY := .venv/bin/python

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: environment ## the whole portal with its demo; PORT=8000, CMO_PORTAL_DATA=var, DEMO=0 for an empty start
	@exec $(PY) manage.py portal

test: dev ## the whole test suite, on every engine that answers here
	@exec $(PY) -m tests.run

check: format-check lint types floors migrations test ## what a change must pass before it is submitted

format-check: dev
	@$(PY) -m ruff format --check .

format: dev ## write the code in the house's format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix --quiet .

lint: dev ## mistakes and habits, in Python and in templates
	@$(PY) -m ruff check .
	@$(PY) -m djlint --lint --quiet templates

types: dev ## types
	@$(PY) -m mypy

floors: dev ## imports go down only
	@.venv/bin/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

migrations: dev ## no model has changed without its migration
	@CMO_PORTAL_DATA=$${TMPDIR:-/tmp}/cmo-portal-check $(PY) manage.py makemigrations --check --dry-run

audit: environment ## known vulnerabilities of the pinned requirements; exits 2 where no service answers
	@$(PY) .ci/audit.py requirements.txt requirements-dev.txt

bench: dev ## the benchmarks beside their floors
	@exec $(PY) -m bench

screenshots: dev ## every main page as each role, into var/screenshots/
	@exec $(PY) -m tests.screenshots

lock: dev ## pin requirements*.in again; UPGRADE=1 takes the newest versions
	@sh .ci/lock $(if $(UPGRADE),--upgrade)

environment:
	@.ci/environment

dev:
	@.ci/environment dev
