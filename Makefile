# The front door. The building itself is CMake's: see CMakePresets.json.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 90

TEST_DATA_OPTION := $(if $(VEILWIRE_TEST_DATA),-DVEILWIRE_TEST_DATA='$(VEILWIRE_TEST_DATA)')
# STRICT=1: every warning is an error, as in CI. One test more than there are cores: some only wait.
STRICT ?=
STRICT_OPTION = -DVEILWIRE_STRICT=$(if $(STRICT),ON,OFF)
TEST_JOBS = $$(($(JOBS) + 1))
BUILD = cmake --preset $(1) $(TEST_DATA_OPTION) $(if $(filter test ct,$(1)),$(STRICT_OPTION)) && cmake --build --preset $(1) -j $(JOBS)

.PHONY: all build deps demo test bench bench-proxy fuzz install format check clean help

all: build

help:
	@echo 'make            build the library and build/veilwire (release)'
	@echo 'make demo       set up, build, show the proxy between two real nodes (KEEP=1 leaves them up)'
	@echo 'make test       set up, build, run all tests'
	@echo 'make bench      set up, build and run the Google Benchmark suite'
	@echo 'make bench-proxy set up, build, measure the proxy beside a bare TCP relay (3 minutes)'
	@echo 'make fuzz       set up, build and run the fuzzers, FUZZ_SECONDS=$(FUZZ_SECONDS) in all'
	@echo 'make install    install into PREFIX=$(PREFIX) (DESTDIR is honoured)'
	@echo 'make deps       get what the build needs'
	@echo 'make format     format all sources'
	@echo 'make check      everything that CI runs'
	@echo 'make clean      remove build/'
	@echo 'make asan, dev, tsan, msan, ct, arm64   build that preset and run its tests'

deps:
	@scripts/install_deps

build:
	@$(call BUILD,release)

demo:
	@scripts/install_deps --demo
	@$(call BUILD,release)
	@scripts/demo

test:
	@scripts/install_deps --test
	@$(call BUILD,test)
	@$(call BUILD,ct)
	ctest --preset test -j $(TEST_JOBS)
	ctest --preset ct -j $(TEST_JOBS)

.PHONY: asan dev tsan msan ct arm64
asan dev tsan msan ct arm64:
	@scripts/install_deps --ci
	@$(call BUILD,$@)
	ctest --preset $@ -j $(TEST_JOBS)

bench:
	@scripts/install_deps --bench
	@$(call BUILD,bench)
	build/bench/bench/veilwire_bench

bench-proxy: deps
	@$(call BUILD,release) --target proxy_load
	build/bench/proxy/proxy_load

fuzz:
	@scripts/install_deps --ci
	@$(call BUILD,fuzz)
	scripts/fuzz $(FUZZ_SECONDS)

install: build
	cmake --install build --prefix $(PREFIX)

format:
	scripts/check_format --fix

check:
	CI=true .ci/run

clean:
	rm -rf build
