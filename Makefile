# SPDX-License-Identifier: GPL-2.0
#
# make help lists what can be made.  The work is done in scripts/.

# A full kernel release, or 6.1, 6.12, debug for the newest of that line.
KVER ?=
TESTS ?=
NATIVE ?=
SECONDS ?=
SEED ?=
PREFIX ?= /usr/local
DESTDIR ?=

O := $(CURDIR)/build
KERNELS := $(or $(KVER),6.1 6.12)
export TESTS

.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory

.PHONY: all
all: modules tools

.PHONY: modules
modules: build-deps                ## build/RELEASE/vpngw.ko for KVER, or for the newest 6.1 and 6.12
	@set -e; for k in $(KERNELS); do scripts/build-module "$$k"; done

.PHONY: tools
tools: build-deps                  ## build/bin/vpngwctl
	@[ ! -e tools/Makefile ] || $(MAKE) -s -C tools O=$(O)

.PHONY: selftests
selftests: build-deps              ## the C selftests
	@scripts/build-selftests $(O)

.PHONY: check
check:                             ## run the selftests: KVER=, TESTS="a b", NATIVE=1
	@scripts/check $(if $(NATIVE),--native,$(KERNELS))

.PHONY: demo
demo:                              ## show three VPNs that share two servers: KVER=, NATIVE=1
	@scripts/demo $(if $(NATIVE),--native,$(or $(KVER),6.12))

.PHONY: bench
bench:                             ## measure instructions per packet, the peer beside: KVER=
	@scripts/bench $(KERNELS)

.PHONY: fuzz-packets
fuzz-packets:                      ## send hostile packets in a guest: SECONDS=60, SEED=, KVER=
	@scripts/fuzz-packets $(or $(KVER),6.12) $(or $(SECONDS),60) $(SEED)

.PHONY: kselftest
kselftest:                         ## the selftests in a kernel tree, by the kernel's own runner: KVER=, TESTS="a b"
	@scripts/kselftest $(or $(KVER),6.12)

.PHONY: lint
lint:                              ## every static check
	@scripts/lint

.PHONY: install
install:                           ## module for KVER (default: this kernel), tool, man page, completion; DESTDIR, PREFIX
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" scripts/install "$(KVER)"

.PHONY: clean
clean:                             ## remove build/
	rm -rf build

.PHONY: help
help:                              ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

.PHONY: build-deps
build-deps:
	@scripts/install-deps build
