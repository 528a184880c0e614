# Two commands for a newcomer: `make run` and `make test`. Each does all its set-up on a machine with Python 3.11 and make.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && command -v $$p && break; done)
UV_VERSION := 0.13.9
UV := .tools/bin/uv
PALMMAP := .venv/bin/palmmap
HOST ?= 127.0.0.1
PORT ?= 8501
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
# Libraries are compiled once, at installation: where Python may not write beside them (another user runs the service, or
# PYTHONDONTWRITEBYTECODE is set), every start of every command would compile them again, 4 seconds each.
export UV_COMPILE_BYTECODE := 1

.PHONY: run test check bench boundaries assets clean

run: .venv/.run
	$(PALMMAP) init --demo
	$(PALMMAP) serve --host $(HOST) --port $(PORT)

test: .venv/.test check
	.venv/bin/python -m pytest

check: .venv/.test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python .ci/punctuation.py

bench: .venv/.test
	$(UV) sync --frozen --quiet --all-groups --python $(PYTHON)
	@for b in geocode imports indicators map "imagery speed" "imagery tiles"; do echo "== $$b"; .venv/bin/python -m benchmarks.$$b || exit 1; done

boundaries: .venv/.run
	.venv/bin/python data/boundaries/build.py

assets: .venv/.run
	.venv/bin/python monitor/web/static/build.py

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更高版本;可用 make PYTHON=/路径/python3.11 指定。' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || .ci/packages python3-venv
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.run: uv.lock pyproject.toml | $(UV)
	.ci/packages libexpat1
	$(UV) sync --frozen --quiet --inexact --no-dev --python $(PYTHON)
	@touch $@

.venv/.test: uv.lock pyproject.toml | $(UV)
	.ci/packages libexpat1 chromium fonts-noto-cjk postgresql
	$(UV) sync --frozen --quiet --inexact --python $(PYTHON)
	@touch $@ .venv/.run
