# `make demo` and `make test` set up what they need on a fresh machine: a virtual environment in .venv, nothing else.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
PEERS ?= .venv-peers
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check lint types fuzz wheel-test train samples bench bench-peers clean

demo: $(VENV)/base
	rm -rf demo-out
	$(BIN)/zicha analyze corpus/samples -o demo-out
	$(BIN)/zicha analyze corpus/samples/township-self-report.docx

test: $(VENV)/dev
	$(BIN)/python -m pytest -q -m "not slow"

check: $(VENV)/dev lint types
	$(BIN)/python -m pytest -q

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev
	$(BIN)/mypy

fuzz: $(VENV)/dev
	$(BIN)/python tests/fuzz_reading.py --seconds 120

# Builds the wheel, installs it alone into an empty environment and runs the main job from another folder.
wheel-test: $(VENV)/dev
	bash tests/wheel_test.sh $(BIN)/python

train: $(VENV)/dev
	$(BIN)/zicha train

samples: $(VENV)/dev
	$(BIN)/python tests/build_samples.py

# Measures speed and scale in ratios: make bench ARGS='--only a,b,g --rounds 9'; see tests/benchmarks/bench.py.
bench: $(VENV)/dev
	PYTHONPATH=tests $(BIN)/python -m benchmarks.bench $(ARGS)

# Compares quantities with JioNLP and Recognizers-Text, which live in an environment of their own.
bench-peers: $(VENV)/dev $(PEERS)/ready
	PYTHONPATH=tests $(BIN)/python -m benchmarks.bench_peers --peers-python $(PEERS)/bin/python $(ARGS)

$(PEERS)/ready: tests/benchmarks/peers-requirements.txt
	$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

$(VENV)/base: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/dev: $(VENV)/base
	$(PIP) --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) demo-out dist build .mypy_cache .pytest_cache .ruff_cache
