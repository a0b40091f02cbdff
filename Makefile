# Two commands matter: `make run` and `make test`. The others are what continuous integration and releases call.

PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
READY := $(VENV)/.ready-$(shell cat requirements/dev.txt Makefile | cksum | cut -d' ' -f1)

# A machine may forbid bytecode; here it is what makes the second start fast.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONHASHSEED := 0
# One thread sums in one order, and two cores have better to do.
export OPENBLAS_NUM_THREADS := 1

.PHONY: help run test check format synth bench parity package soak mutants lock generate clean

help:  ## shows this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 ou plus récent est nécessaire : make PYTHON=/chemin/python3.12 …" if sys.version_info < (3, 11) else 0)'
	@echo "Préparation de l'environnement (une fois) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes requirements/dev.txt requirements/uv.txt
	@touch $@

run: $(READY)  ## starts the whole system on localhost (FRESH=1 starts empty)
	@exec $(PY) -m infra.local $(if $(FRESH),--fresh)

test: $(READY)  ## runs every test
	@$(PY) -m pytest -n auto

check: $(READY)  ## style, types, architecture, and whether generated files are up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(PY) -m console events --check
	@$(PY) -m console openapi --check
	@$(PY) -m infra.flows --check

format: $(READY)  ## formats the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

generate: $(READY)  ## writes the event catalogue, the OpenAPI files and the flow map
	@$(PY) -m console events --write
	@$(PY) -m console openapi --write
	@$(PY) -m infra.flows --write

synth: $(READY)  ## synthesizes and validates the templates (CDK, cfn-lint, cdk-nag)
	@$(PY) -m infra.synth

package: $(READY)  ## builds the Lambda packages for arm64, Python 3.13
	@$(PY) -m infra.packaging

bench: $(READY)  ## prints every figure that the README claims
	@$(PY) -m benchmarks

parity: $(READY)  ## runs the journeys on MiniStack, an emulator of other authors
	@$(PY) -m infra.parity

soak: $(READY)  ## the long runs
	@$(PY) -m pytest -n auto tests/simulation tests/attack --soak

mutants: $(READY)  ## puts small faults into what must not be wrong, and tells which ones the unit tests miss
	@$(PY) -m benchmarks.mutants

lock: $(READY)  ## resolves the locked requirements again
	@$(PY) -m infra.locking

clean:  ## removes what was built; keeps the local system's data
	@rm -rf build .cache $(VENV)
