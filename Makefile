# Each target installs what it finds missing; none needs another to have run before.
SHELL := /bin/bash
.NOTPARALLEL:
.PHONY: help setup demo test lint bench downloads
python := .venv/bin/python

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.ready ## make .venv: the dangol command, the demo data, the development tools

.venv/.ready: pyproject.toml uv.lock .python-version
	@tools/setup.sh

demo: setup ## load the simulated dairy, go once round the loop, serve it on this machine (ARGS="--scenario retail")
	@exec .venv/bin/dangol demo $(ARGS)

test: ## every lane: lint, SQLite, PostgreSQL, Spark, browser (ARGS="sqlite lint" for some)
	@tools/parts.sh
	@tools/setup.sh tests
	@exec $(python) -m tools.lanes $(ARGS)

lint: setup ## ruff, mypy, import contracts
	@exec $(python) -m tools.lanes lint

bench: setup ## the long proofs and timings of docs/bench.md
	@exec $(python) -m tests.bench $(ARGS)

downloads: setup ## measure anew what setup downloads, after uv.lock changed
	@exec $(python) -m tools.downloads
