# What a developer does. Without .venv, or with a new pyproject.toml, the first command makes it.

BIN := .venv/bin
INSTALLED := .venv/.installed
ARGS ?=
SECONDS ?= 60

.PHONY: check test fuzz mutate presets profile bench golden pictures

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ctxlint check src

test: $(INSTALLED)
	$(BIN)/pytest $(ARGS)

fuzz: $(INSTALLED)
	$(BIN)/python tests/property/fuzz.py --seconds $(SECONDS)

mutate: $(INSTALLED)
	$(BIN)/pip install -q -e '.[mutate]'
	$(BIN)/python benchmarks/mutation.py $(ARGS)

presets: $(INSTALLED)
	$(BIN)/pytest -m thorough tests/presets $(ARGS)

profile: $(INSTALLED)
	$(BIN)/python -c "import cProfile; cProfile.run('from ctxlint.cli.main import main; main()', sort='tottime')" check -j 1 --no-cache -q --exit-zero --output-file /dev/null $(or $(ARGS),src examples) | head -40

bench: $(INSTALLED)
	$(BIN)/python benchmarks/compare.py $(ARGS)

golden: $(INSTALLED)
	$(BIN)/pytest --update-golden

pictures: $(INSTALLED)
	$(BIN)/python docs/pictures/take.py

$(INSTALLED): pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install -q -e '.[test,lint]'
	touch $@
