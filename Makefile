# The front door. The building itself is CMake's: see CMakePresets.json.

PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 90

TEST_DATA_OPTION := $(if $(VEILWIRE_TEST_DATA),-DVEILWIRE_TEST_DATA='$(VEILWIRE_TEST_DATA)')
# STRICT=1: every warning is an error, as in CI. One test more than there are cores: some only wait.
STRICT ?=
STRICT_OPTION = -DVEILWIRE_STRICT=$(if $(STRICT),ON,OFF)
TEST_JOBS = $$(($(JOBS) + 1))
CONFIGURE = cmake --preset $(1) $(TEST_DATA_OPTION) $(if $(filter test ct,$(1)),$(STRICT_OPTION))
BUILD = $(CONFIGURE) && cmake --build --preset $(1) -j $(JOBS)

.PHONY: all build deps demo test bench bench-consensus bench-ibd bench-proxy fuzz install deb format check clean help

all: build

help:
	@echo 'make            build the library and build/veilwire (release)'
	@echo 'make demo       set up, build, show the proxy between two real nodes (KEEP=1 leaves them up)'
	@echo 'make test       set up, build, run all tests'
	@echo 'make bench      set up, build and run the Google Benchmark suite'
	@echo 'make bench-consensus set up, build, measure checks of blocks beside their signatures and a real node'
	@echo 'make bench-ibd  set up, build, import a generated chain beside a real node (an hour)'
	@echo 'make bench-proxy set up, build, measure the proxy beside a bare TCP relay (3 minutes)'
	@echo 'make fuzz       set up, build and run the fuzzers, FUZZ_SECONDS=$(FUZZ_SECONDS) in all'
	@echo 'make install    install into PREFIX=$(PREFIX) (DESTDIR is honoured)'
	@echo 'make deb        set up, build Debian packages into build/deb'
	@echo 'make deps       get what the build needs'
	@echo 'make format     format all sources'
	@echo 'make check      everything that CI runs'
	@echo 'make clean      remove build/'
	@echo 'make asan, dev, tsan, msan, ct, arm64   build that preset and run its tests'
	@echo
	@echo 'What sets up says first what it installs, and asks before it uses sudo; YES=1 lets it unasked.'

deps:
	@scripts/install_deps

build:
	@$(call BUILD,release)

# Of all that can be built it needs the binary alone; the node comes while that is compiled.
demo:
	@NODE_LATER=1 scripts/install_deps --demo
	@scripts/fetch_bitcoind >/dev/null & \
	$(call CONFIGURE,release) && cmake --build --preset release -j $(JOBS) --target veilwire; \
	built=$$?; wait; exit $$built
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

bench-consensus:
	@scripts/install_deps --test
	@$(call BUILD,test) --target block_load large_block_load
	build/bench/consensus/block_load 5
	bench/consensus/beside_node.py .deps/bitcoind/bin/bitcoind build/bench/consensus/large_block_load 5

bench-ibd:
	@scripts/install_deps --test
	@$(call BUILD,test) --target ibd_chain ibd_import signature_time
	build/bench/ibd/ibd_chain --out build/ibd
	bench/ibd/compare.py .deps/bitcoind/bin/bitcoind build/ibd \
	  --signature-time build/bench/ibd/signature_time --ours-says-muhash \
	  --ours 'build/bench/ibd/import/ibd_import {blocks} {datadir} {assumevalid} --muhash'

bench-proxy: deps
	@$(call BUILD,release) --target proxy_load
	build/bench/proxy/proxy_load

fuzz:
	@scripts/install_deps --ci
	@$(call BUILD,fuzz)
	scripts/fuzz $(FUZZ_SECONDS)

install: build
	cmake --install build --prefix $(PREFIX)

deb:
	@scripts/install_deps --deb
	@$(call BUILD,release)
	@scripts/make_deb

format:
	scripts/check_format --fix

check:
	CI=true .ci/run

clean:
	rm -rf build
