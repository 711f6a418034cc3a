# Everything a newcomer needs: `make run` (the bot), `make try` (the local page),
# `make test`, `make check`, `make bench`. Each sets up .venv (the bench: .venv-bench)
# from the pinned lock files itself.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin

.DEFAULT_GOAL := run
.PHONY: run try test soak soak-short check format lock pictures bench

run: .venv/ready
	@$(BIN)/python -m bot run $(ARGS)

try: .venv/ready
	@$(BIN)/python -m bot try $(ARGS)

# One process more than there are cores: a third of the time tests wait for a process or the wire.
PROCESSES := $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)'

test: .venv/ready-dev
	$(BIN)/python -m pytest --numprocesses $$($(PROCESSES)) --dist loadfile $(ARGS)

# Kills the bot 200 times while it makes 500 deliveries; ARGS=--seed=N repeats what can be,
# ARGS=--postgres does it on PostgreSQL.
soak: .venv/ready-dev
	@$(BIN)/python -m tests.soak $(ARGS)

# The same within two minutes.
soak-short: .venv/ready-dev
	@$(BIN)/python -m tests.soak --deliveries 150 --kills 50 --seconds 80 $(ARGS)

check: .venv/ready-dev
	$(BIN)/ruff format --check bot tests bench
	$(BIN)/ruff check bot tests bench
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: .venv/ready-dev
	$(BIN)/ruff check --fix bot tests bench
	$(BIN)/ruff format bot tests bench

# Measures us beside our peers: ARGS=NAME for one subject, ARGS=--quick for a short round.
bench: .venv-bench/ready
	@.venv-bench/bin/python -m bench $(ARGS)

# Takes the pictures of the documentation anew; needs a Chromium.
pictures: .venv/ready-dev
	$(BIN)/python docs/pictures/take.py

# Pins every package, with hashes; needs uv in the environment it is run from.
lock:
	uv pip compile pyproject.toml --extra try --extra postgres --extra metrics --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra try --extra postgres --extra metrics --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock
	uv pip compile pyproject.toml bench/requirements.in --extra postgres --extra metrics -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header -q -o bench/requirements.lock

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Fireside needs Python 3.11 or newer; this machine has none. Install it, or name one: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Fireside needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: requirements.lock | .venv/bin/python
	@echo "Setting up Fireside (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/ready-dev: requirements-dev.lock | .venv/ready
	@echo "Setting up the tools for tests and checks (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv-bench/ready: bench/requirements.lock
	@test -n "$(PYTHON)" || { echo "The bench needs Python 3.11 or newer; this machine has none." >&2; exit 1; }
	@echo "Setting up the bench and its peers (once) ..."
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/requirements.lock
	@touch $@
