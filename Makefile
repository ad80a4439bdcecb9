# Every target does its own set-up; `make` alone lists them.
.DEFAULT_GOAL := help
V2_TESTS := tests/sandbox/test_cgroups.py tests/sandbox/test_agreement.py
.PHONY: help setup demo test heavy faults redteam soak scale chaos ray vm check chart image compat bench gen serve rootfs lock licences rehearse vllm trl clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## make .venv ready (done by every other target)
	@.ci/setup

demo: setup ## score the demo traces with a verifier of their own and print a table
	@mkdir -p out
	.venv/bin/rollout score tests/cases/demo/*.jsonl -o out/demo.jsonl
	@echo 'Every record with its verdict: out/demo.jsonl'

# Tests wait (for limits, starts, kills) more than they compute, so four at once are faster on any machine.
test: setup ## run the tests
	.venv/bin/python -m pytest -n 4 --dist loadfile

heavy: setup ## run the tests that take long: slow compilers, large tables
	.venv/bin/python -m pytest -m heavy -n 2 --dist loadfile $(addprefix --ignore=tests/,helm rehearsal soak e2e/chaos vllm trl)

soak: setup ## run 10,000 jails in a row, and programs near their limits beside busy processes
	.venv/bin/python -m tests.soak $(SOAK)

scale: setup ## score 200,000 long responses (4 GB), killed twice on the way, in little memory (SCALE="20000 /big")
	.venv/bin/python -m tests.scale $(SCALE)

ray: setup ## score on Ray with two workers, in an environment of its own (0.6 GB)
	@.ci/ray

faults: setup ## the short forms of soak and chaos
	.venv/bin/python -m pytest -m heavy -n 2 tests/soak tests/e2e/chaos

chaos: setup ## kill parts of the service for ten minutes, and send it strange messages, floods and giants
	CHAOS_SECONDS=300 CHAOS_MESSAGES=100000 CHAOS_ITEMS=20000 CHAOS_TASKS=256 CHAOS_TASK_MB=8 CHAOS_ENDINGS=40 \
	  .venv/bin/python -m pytest -s -m heavy tests/e2e/chaos

vm: setup ## try the limits under cgroup v2, in a virtual machine (qemu; some minutes, as root)
	tests/vm/run .venv/bin/python -m pytest -q -p no:cacheprovider $(V2_TESTS)
	tests/vm/run --delegated .venv/bin/python -m pytest -q -p no:cacheprovider $(V2_TESTS)

vllm: setup ## sample with vLLM itself, in process and served, and judge: a random model and one that can add (VLLM="-k tiny")
	@.ci/partner vllm
	.venv/bin/python -m pytest -s -m heavy tests/vllm $(VLLM)

trl: setup ## train ten steps with TRL itself, and stop the verifier for two of them
	@.ci/partner trl
	.venv/bin/python -m pytest -s -m heavy tests/trl

check: setup ## lint, format, types, import rules, contract, generated files; the chart where it changed
	@.ci/check

chart: setup ## render the chart for every kind of use and Kubernetes, and look for weaknesses
	@.ci/chart

image: ## build the image (LAYERS=core or full, IMAGE=name:tag)
	@.ci/image

rootfs: setup ## build the image's root file system without a builder (LAYERS=core or full; as root, some minutes)
	@.ci/rootfs $(LAYERS)

rehearse: setup ## run the chart's pods from that root file system, and attack them (as root, with crun)
	@[ -e out/image/core.tar ] || .ci/rootfs core
	@.ci/rehearse out/image/core.tar $(CASES)

lock: setup ## pin what the image holds of PyPI and npm anew, with hashes
	@.ci/lock

licences: setup ## every package of the image's service has a licence that was agreed to
	@.ci/licences

redteam: setup ## attack a private service with every hack, and the sandbox with each abuse in one place
	.venv/bin/verifier redteam --hacks
	.venv/bin/verifier redteam --abuse --once

compat: setup ## use the client on every other Python found here, with protobuf 6 and 7
	@.ci/compat

bench: setup ## measure; prints ratios of things run side by side
	.venv/bin/python -m tests.bench

gen: setup ## write what is generated: the stubs, the tables of settings and of the chart's values
	.ci/generate .
	.venv/bin/python .ci/readme_settings.py
	.venv/bin/python .ci/chart_values.py

serve: setup ## run the service on 127.0.0.1:50051
	.venv/bin/verifier serve

clean: ## remove everything that is not tracked and can be made again
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist out
