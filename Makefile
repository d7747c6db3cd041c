# Two commands: `make run` opens the coach, `make test` tests it. Both need only Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run setup test check dev evals-fast

run: .venv/.installed
	@$(BIN)/coach start

setup: .venv/.installed
	@$(BIN)/coach prepare

test: dev
	@$(BIN)/coach prepare
	@$(BIN)/pytest tests

check: dev
	@$(BIN)/ruff check coach app.py tests
	@$(BIN)/mypy
	@$(BIN)/pytest tests/unit

dev: .venv/.installed-dev

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 run")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing (the first time takes a few minutes)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.installed-dev: .venv/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

evals-fast: dev
	@$(BIN)/coach prepare
	@$(BIN)/python -m evals.fast
