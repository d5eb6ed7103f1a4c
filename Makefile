# make run      start everything on this machine, with the sample register
# make setup    make the environment alone
# make test     lint, types, import contracts and the whole test suite
# make bench    measure, print a table, never fail
# make faults   run a caseload under 200 faults, compare what is left; ends with 1 if anything is lost
# make mutants  change law/ and cases/ in 500 places, count what the tests notice
# make audit    look the locked packages up among the published advisories (needs a network)
# make lock     resolve the locks anew

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run setup test lint types bench faults mutants audit lock sample clean

run: setup
	@exec $(BIN)/python worker.py --with-sample

setup: .venv/.runtime

.venv/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.lock
	$(BIN)/python -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

.venv/.mutants: .venv/.dev requirements-mutants.lock
	$(BIN)/python -m venv .venv/mutants
	.venv/mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutants.lock
	@touch $@

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: .venv/.dev
	$(BIN)/mypy

test: lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

bench: .venv/.bench
	.venv/bench/bin/python -m benchmarks.run

faults: .venv/.dev
	$(BIN)/python -m simulation.faults --faults $(or $(FAULTS),200) $(if $(SEED),--seed $(SEED))

mutants: .venv/.mutants
	.venv/mutants/bin/python -m benchmarks.mutants

sample: setup
	$(BIN)/python -m samples.generate

audit:
	@PYTHON="$(PYTHON)" sh deploy/audit.sh

lock:
	$(PYTHON) -m venv var/lock-tools && var/lock-tools/bin/python -m pip install --quiet uv
	var/lock-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group setup -o requirements.lock
	var/lock-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group setup --group dev -c requirements.lock -o requirements-dev.lock
	var/lock-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group setup --group bench -c requirements.lock -o requirements-bench.lock
	var/lock-tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml --group setup --group dev --group mutants -c requirements-dev.lock -o requirements-mutants.lock
	rm -rf var/lock-tools

clean:
	rm -rf .venv var build dist
