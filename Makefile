PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench docs fix wheel clean

demo: .venv/ready                       ## the forwarder at work on a small made-up tenant
	$(BIN)/siemcast demo

test: .venv/ready                       ## the whole suite
	$(BIN)/pytest -n auto

lint: .venv/ready                       ## style, types and walls
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/ready                      ## speed and memory, as ratios in one run
	$(BIN)/python -m bench

docs: .venv/ready                       ## write docs/reference anew from the settings models
	$(BIN)/python -m siemcast.docgen docs/reference

fix: .venv/ready                        ## let ruff mend what it can
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

wheel: .venv/ready
	$(BIN)/python -m build --no-isolation --outdir dist .

clean:
	rm -rf .venv dist demo-out siemcast-state .real

.venv/ready: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "siemcast needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
