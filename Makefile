# `make demo` trains a first joint distribution, `make test` checks everything; both set themselves up.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-long lint clean

.venv/installed: setup.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# The last line is the training's: how good the pairs are.
demo: .venv/installed
	@echo "training five minutes on two cores; the export for TF Serving will be in models/demo"
	$(BIN)/python main.py train scogan --preset demo
	@run=$$(ls -td runs/*-scogan-* | head -n 1) && \
	$(BIN)/python main.py export "$$run" --output models/demo --quiet

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

# Each worker begins with one half of the tests and takes from the other at the end, so that hardly any
# module is split, whose runs would be trained by both.
test: lint
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --durations 30

# The trainings that test leaves out.
test-long: .venv/installed
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --durations 0 -m long

clean:
	rm -rf .venv build *.egg-info
