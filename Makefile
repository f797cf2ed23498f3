# roster: `make help` lists what can be made. Every path and tool below may be
# given on the command line or in the environment.

LUA54 ?= lua5.4
LUAJIT ?= luajit
LUAS ?= $(LUA54) $(LUAJIT)
ABIS ?= 5.4 5.1
$(foreach abi,$(filter-out 5.4 5.1,$(ABIS)),$(error ABIS: Lua $(abi) is not \
  supported: roster is built for Lua 5.4, and for LuaJIT, whose ABI is 5.1))

BUILD ?= build
PREFIX ?= /usr/local
LUADIR ?= $(PREFIX)/share/lua
LIBDIR ?= $(PREFIX)/lib/lua
DOCDIR ?= $(PREFIX)/share/doc/roster
DESTDIR ?=
INSTALL ?= install

# SANDBOX=0: `make install` leaves out the stand-ins for the services.
SANDBOX ?= 1

# What LuaRocks gives: the headers of the one Lua to build for, and the folders
# of the rock, which are used as they are, without an ABI's name.
ROCK_INCDIR ?=
ROCK_LUADIR ?=
ROCK_LIBDIR ?=

CFLAGS ?= -O2 -g
# Apart from CFLAGS, which LuaRocks and packagers replace. Only optimized code can
# be fortified. What the checks add, 2 % of the size, the jumps give: they are not
# aligned (which clang does not know).
HARDEN ?= -fstack-protector-strong $(if $(filter-out -O0,$(filter -O%,\
  $(CFLAGS))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2) -fno-align-jumps \
  -Wno-ignored-optimization-argument
WARN ?= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Wc++-compat
WERROR ?= -Werror

# The first folder that has lua.h; the version inside is checked before use.
find_lua = $(firstword $(patsubst %/lua.h,%,$(wildcard $(addsuffix /lua.h,\
  $(addprefix /usr/include/,$(1)) $(addprefix /usr/local/include/,$(1)) \
  $(addprefix /opt/homebrew/include/,$(1)) \
  $(addprefix /opt/homebrew/opt/lua@5.4/include/,$(1)) \
  $(addprefix /usr/local/opt/lua@5.4/include/,$(1)) \
  /usr/local/openresty/luajit/include/luajit-2.1 /usr/include))))
LUA54_INCDIR ?= $(call find_lua,lua5.4 lua-5.4 lua54 lua)
LUA51_INCDIR ?= $(call find_lua,lua5.1 lua-5.1 lua51 luajit-2.1)

ifneq ($(ROCK_INCDIR),)
rock_number := $(shell sed -n \
  's/^.define[[:space:]]*LUA_VERSION_NUM[[:space:]]*\([0-9]*\).*/\1/p' \
  '$(ROCK_INCDIR)/lua.h' 2>/dev/null)
override ABIS := $(if $(filter 504,$(rock_number)),5.4)$(if \
  $(filter 501,$(rock_number)),5.1)
ifeq ($(ABIS),)
$(error ROCK_INCDIR: '$(ROCK_INCDIR)' has no headers of Lua 5.4, LuaJIT or \
  Lua 5.1, which roster is for)
endif
override LUA54_INCDIR := $(ROCK_INCDIR)
override LUA51_INCDIR := $(ROCK_INCDIR)
endif

# Empty means: where the compiler looks anyway, multiarch folders included.
CURL_INCDIR ?=
CURL_LIBDIR ?=
CURL_LIBS ?= -lcurl

# Debian keeps nginx where only root looks.
export PATH := $(PATH):/usr/local/sbin:/usr/sbin:/sbin

# Where `make dist` writes, and where that is going to be published.
DIST ?= $(BUILD)/dist
DIST_URL ?=

# What `make deps` runs; `make test DEPS=:` leaves the machine's packages alone.
DEPS ?= sh .ci/deps

ifeq ($(shell uname -s),Darwin)
SHARED ?= -bundle -undefined dynamic_lookup
else
# addresses are resolved at load time, and their table is read-only from then on
HARDEN_LINK ?= -Wl,-z,relro,-z,now,-z,noexecstack
# nodelete: a worker that closes its Lua state must not unmap code in use
SHARED ?= -shared -Wl,-z,nodelete -Wl,--gc-sections $(PACK)
# what nobody calls is left out
SECTIONS ?= -ffunction-sections -fdata-sections
endif
# The catalog is pointers: packed, their relocations take 2 KB instead of 67,
# which glibc reads from 2.36 on.
comma = ,
PACK ?= $(if $(shell printf 'glibc 2.36\n%s\n' \
  "$$(getconf GNU_LIBC_VERSION 2>/dev/null)" | sort -V -C && echo yes),\
  -Wl$(comma)-z$(comma)pack-relative-relocs)

# roster.curl is CURL_OWN and its own copy of CURL_SHARED; roster.core is
# everything but CURL_OWN, and links nothing but libc.
CURL_OWN = csrc/curl.c csrc/curl_certain.c csrc/curl_poll.c \
  csrc/curl_request.c csrc/curl_socket.c csrc/curl_transfer.c
CURL_SHARED = csrc/buf.c csrc/exchange.c csrc/headers.c csrc/http1.c \
  csrc/process.c
CURL_SRC = $(CURL_OWN) $(CURL_SHARED)
CORE_SRC = $(filter-out $(CURL_OWN),$(sort $(wildcard csrc/*.c)))

# `make V=1` shows the whole command lines.
Q = $(if $(V),,@)

compile = $(CC) -std=c99 $(WARN) $(WERROR) $(CFLAGS) $(HARDEN) $(SECTIONS) -fPIC \
  -fvisibility=hidden $(CPPFLAGS)
incdir_5.4 = $(LUA54_INCDIR)
incdir_5.1 = $(LUA51_INCDIR)
number_5.4 = 504
number_5.1 = 501
package_5.4 = liblua5.4-dev
package_5.1 = liblua5.1-0-dev
objects = $(patsubst csrc/%.c,$(BUILD)/obj/$(1)/%.o,$(2))

core = $(foreach abi,$(ABIS),$(BUILD)/$(abi)/roster/core.so)
curl = $(foreach abi,$(ABIS),$(BUILD)/$(abi)/roster/curl.so)

all: core curl
core: $(core)
curl: $(curl)

# One set of rules for each ABI.
define abi_rules
$(BUILD)/$(1)/roster/core.so: $(call objects,$(1),$(CORE_SRC))
	@mkdir -p $$(@D)
	@echo "  link $$@"
	$$(Q)$$(CC) $$(CFLAGS) $$(SHARED) $$(HARDEN_LINK) $$(LDFLAGS) -o $$@ $$^ -lm

$(BUILD)/$(1)/roster/curl.so: $(call objects,$(1),$(CURL_SRC))
	@mkdir -p $$(@D)
	@echo "  link $$@"
	$$(Q)$$(CC) $$(CFLAGS) $$(SHARED) $$(HARDEN_LINK) $$(LDFLAGS) -o $$@ $$^ \
	  $$(addprefix -L,$$(CURL_LIBDIR)) $$(CURL_LIBS) -lm

$(BUILD)/obj/$(1)/%.o: csrc/%.c $(BUILD)/obj/$(1)/flags
	@echo "  cc $(1) $$<"
	$$(Q)$$(compile) -I$$(incdir_$(1)) $$(if $$(filter csrc/curl%,$$<),\
	  $$(addprefix -I,$$(CURL_INCDIR))) -MMD -MP -c -o $$@ $$<

$(call objects,$(1),$(CURL_OWN)): $(BUILD)/obj/curl-header

# Rewritten only when it changes: other flags or headers rebuild everything.
$(BUILD)/obj/$(1)/flags: FORCE
	@mkdir -p $$(@D)
	@if ! grep -qs 'define LUA_VERSION_NUM.*$$(number_$(1))' \
	  '$$(incdir_$(1))/lua.h'; then \
	  has=$$$$(sed -n \
	  's/^.define[[:space:]]*LUA_VERSION_NUM[[:space:]]*\([0-9]\)0\(.\).*/\1.\2/p' \
	  '$$(incdir_$(1))/lua.h' 2>/dev/null | head -n 1); \
	  echo "No Lua $(1) headers in '$$(incdir_$(1))'$$$${has:+, whose lua.h is of Lua $$$$has}:" \
	    "install $$(package_$(1)), or run make deps, or set" \
	    "LUA$(subst .,,$(1))_INCDIR to the folder that has lua.h." >&2; \
	  exit 1; fi
	@echo '$$(compile) $$(incdir_$(1)) $$(CURL_INCDIR)' >$$@.new
	@if cmp -s $$@.new $$@; then rm $$@.new; else mv $$@.new $$@; fi

-include $(wildcard $(BUILD)/obj/$(1)/*.d)
endef
$(foreach abi,$(ABIS),$(eval $(call abi_rules,$(abi))))

$(BUILD)/obj/curl-header:
	@mkdir -p $(@D)
	@if ! echo '#include <curl/curl.h>' | $(CC) $(CPPFLAGS) \
	  $(addprefix -I,$(CURL_INCDIR)) -E - >/dev/null 2>&1; then \
	  echo "No libcurl headers: install libcurl4-openssl-dev, or run" \
	    "make deps, or set CURL_INCDIR to the folder that has curl/." >&2; \
	  exit 1; fi
	@touch $@

# --- use --------------------------------------------------------------------

LUA ?= $(LUA54)

# Nothing but the two lines on stdout, so that eval "$(make env)" works.
env:
	@$(MAKE) --no-print-directory all >&2
	@BUILD='$(BUILD)' sh .ci/env '$(LUA)'

demo:
	@$(DEPS) demo
	@$(MAKE) --no-print-directory all
	@eval "$$(BUILD='$(BUILD)' sh .ci/env '$(LUA54)')" && \
	  LUA='$(LUA54)' exec $(LUA54) examples/demo.lua

demo-nginx:
	@$(DEPS) demo
	@$(MAKE) --no-print-directory all
	@eval "$$(BUILD='$(BUILD)' sh .ci/env '$(LUA54)')" && \
	  LUA='$(LUA54)' exec $(LUA54) examples/nginx/demo.lua

# What serve.lua is told, if given: its --help says in which units.
PORT ?=
USERS ?=
LATENCY ?=
RATE ?=
OWNER ?=
quote = '$(subst ','\'',$(1))'
told = $(if $(2),--$(1)=$(call quote,$(2)))

# Its stdout is for a shell's eval.
sandbox:
	@$(DEPS) demo >&2
	@$(MAKE) --no-print-directory all >&2
	@eval "$$(BUILD='$(BUILD)' sh .ci/env '$(LUA54)')" && \
	  exec $(LUA54) lua/roster/sandbox/serve.lua \
	  $(call told,port,$(PORT)) $(call told,users,$(USERS)) \
	  $(call told,latency,$(LATENCY)) $(call told,rate-limit,$(RATE)) \
	  $(call told,owner,$(OWNER))

# --- proof ------------------------------------------------------------------

# Compiles on all processors, unless make was told how many.
at_once = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,\
  -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))

test:
	@$(DEPS) test
	@$(MAKE) --no-print-directory $(at_once) all
	@BUILD='$(BUILD)' sh .ci/specs $(LUAS)

lint:
	@$(DEPS) lint
	@$(MAKE) --no-print-directory all
	@CC='$(CC)' BUILD='$(BUILD)' sh .ci/lint

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
asan:
	@$(DEPS) test
	@$(MAKE) --no-print-directory $(at_once) all BUILD='$(BUILD)/asan' \
	  CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)' HARDEN=
	@CC='$(CC)' BUILD='$(BUILD)/asan' sh .ci/asan $(LUAS)

valgrind:
	@$(DEPS) lint
	@$(MAKE) --no-print-directory all
	@BUILD='$(BUILD)' sh .ci/valgrind $(LUAS)

# The interpreters that the core is linked into.
TORTURED ?= 5.4 5.1 luajit
torture:
	@$(DEPS) lint
	@CC='$(CC)' BUILD='$(BUILD)' LUA54_INCDIR='$(LUA54_INCDIR)' \
	  LUA51_INCDIR='$(LUA51_INCDIR)' sh .ci/torture $(TORTURED)

coverage:
	@$(DEPS) test
	@$(MAKE) --no-print-directory $(at_once) all BUILD='$(BUILD)/coverage' \
	  CFLAGS='-O0 -g --coverage'
	@BUILD='$(BUILD)/coverage' sh .ci/coverage $(LUAS)

# Seconds for each target; RUNS=n instead tries n inputs with each.
FUZZ_SECONDS ?= 60
RUNS ?=
fuzz:
	@$(DEPS) lint
	@BUILD='$(BUILD)' LUA54_INCDIR='$(LUA54_INCDIR)' RUNS='$(RUNS)' \
	  FUZZ_SECONDS='$(FUZZ_SECONDS)' sh .ci/fuzz $(TARGETS)

installs:
	@$(DEPS) lint
	@MAKE='$(MAKE)' sh .ci/installs

# Needs root. QUICK=1: a tenth of the specs, on the release that this one is not.
QUICK ?=
RELEASES ?=
machines:
	@$(DEPS) lint
	@BUILD='$(BUILD)' QUICK='$(QUICK)' sh .ci/machines $(RELEASES)

bench:
	@$(DEPS) lint
	@$(MAKE) --no-print-directory all
	@set -e; for script in spec/bench/*; do \
	  [ ! -x "$$script" ] || { echo "== $$script"; \
	    BUILD='$(BUILD)' "$$script"; }; done

# The peers of spec/bench/side_by_side, below BUILD; node is the machine's.
PEERS ?= $(BUILD)/bench
bench-deps:
	@$(DEPS) bench
	@set -e; for version in 6.6.0 7.0.1; do \
	  echo "npm: okta-sdk-nodejs $$version into $(PEERS)/okta-$$version"; \
	  npm install --prefix '$(PEERS)'/okta-$$version --no-audit --no-fund \
	    --loglevel=error @okta/okta-sdk-nodejs@$$version; done

# --- housekeeping -----------------------------------------------------------

deps:
	@$(DEPS) all

# A function for the recipes below, put FROM TO WHAT..., which installs the
# files that `find WHAT...` finds in FROM.
put = put() { from=$$1; to=$$2; shift 2; \
  (cd "$$from" && find "$$@" -type f ! -name '.*') | while read -r file; do \
    case $$file in */*) at=$$to/$${file%/*} ;; *) at=$$to ;; esac; \
    [ -d "$$at" ] || $(INSTALL) -d "$$at"; \
    $(INSTALL) -m 644 "$$from/$$file" "$$to/$$file"; \
  done; }

# Where an ABI's files go, and what goes to DOCDIR: it lies there as it does
# here, so that the README's links lead to it.
lua_to = $(DESTDIR)$(or $(ROCK_LUADIR),$(LUADIR)/$$abi)
lib_to = $(DESTDIR)$(or $(ROCK_LIBDIR),$(LIBDIR)/$$abi)
DOCS = README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE examples \
  lua/roster/meta/jumpcloud.md lua/roster/meta/knetik.md lua/roster/meta/okta.md

install: all
ifeq ($(filter 0 1,$(SANDBOX)),)
	@echo "SANDBOX='$(SANDBOX)': expected 0 or 1" >&2; exit 2
endif
	@set -e; for abi in $(ABIS); do \
	  $(INSTALL) -d "$(lib_to)/roster"; \
	  for so in core curl; do \
	    $(INSTALL) -m 755 "$(BUILD)/$$abi/roster/$$so.so" \
	      "$(lib_to)/roster/$$so.so"; \
	  done; \
	  echo "Lua $$abi: $(lib_to)/roster"; \
	done
	@$(MAKE) --no-print-directory install-lua install-docs \
	  $(if $(filter 1,$(SANDBOX)),install-sandbox)

install-lua:
	@set -e; $(put); for abi in $(ABIS); do \
	  put lua "$(lua_to)" roster ! -path 'roster/sandbox/*'; \
	  echo "Lua $$abi: $(lua_to)/roster"; \
	done

# The stand-ins for the services, which are a rock of their own.
install-sandbox:
	@set -e; $(put); for abi in $(ABIS); do \
	  put lua "$(lua_to)" roster/sandbox; \
	  echo "Lua $$abi: $(lua_to)/roster/sandbox"; \
	done

install-docs:
	@set -e; $(put); put . "$(DESTDIR)$(DOCDIR)" $(DOCS); \
	  echo "documentation: $(DESTDIR)$(DOCDIR)"

# The folders named roster are roster's own; DOCDIR may hold other things.
uninstall:
	@set -e; for abi in $(ABIS); do \
	  rm -rf "$(lua_to)/roster" "$(lib_to)/roster"; \
	  echo "removed $(lua_to)/roster $(lib_to)/roster"; \
	done; \
	find $(DOCS) -type f | while read -r file; do \
	  rm -f "$(DESTDIR)$(DOCDIR)/$$file"; \
	done; \
	[ ! -d "$(DESTDIR)$(DOCDIR)" ] || { cd "$(DESTDIR)$(DOCDIR)" && \
	  rmdir -p examples/nginx lua/roster/meta; rmdir "$$PWD"; } \
	  2>/dev/null || :

# From the catalog: to be run when a row, an option or what is said of one changes.
meta:
	@$(MAKE) --no-print-directory all
	@eval "$$(BUILD='$(BUILD)' sh .ci/env '$(LUA54)')" && \
	  exec $(LUA54) .ci/meta/write.lua

# Those of a checkout, and of a release when the version is one: to be run when
# the version or .ci/rockspec changed. Those of earlier releases are frozen.
rockspec:
	@sh .ci/rockspec

# What is published: the archive; with `pack` also the rocks of it.
dist:
	@URL='$(DIST_URL)' sh .ci/dist '$(DIST)'

pack:
	@$(DEPS) lint
	@URL='$(DIST_URL)' sh .ci/dist '$(DIST)' pack

clean:
	rm -rf '$(BUILD)'

help:
	@echo 'make            build roster.core and roster.curl into $(BUILD)/'
	@echo 'make demo       the main job, shown on the sandbox'
	@echo 'make demo-nginx a gate inside nginx, asked with curl step by step'
	@echo 'make test       all specs, under $(LUAS); JOBS=n: n files at a time,'
	@echo '                SPECS="spec/http spec/json_spec.lua": only these'
	@echo 'make sandbox    serve the stand-in for the services on loopback, and print'
	@echo '                variables for eval: PORT= USERS= LATENCY=seconds'
	@echo '                RATE=calls a minute OWNER=process to end with'
	@echo 'make env        print what makes the built tree loadable:'
	@echo '                eval "$$(make env)"  or  eval "$$(make env LUA=luajit)"'
	@echo 'make deps       install what is needed on Debian, saying what and why'
	@echo 'make lint       luacheck, clang-format, cppcheck, house rules'
	@echo 'make asan       the specs on a build with ASan and UBSan'
	@echo 'make valgrind   the specs of the C core under valgrind'
	@echo 'make coverage   which lines of both halves the specs run'
	@echo 'make torture    memory and calls that fail, each of them once'
	@echo 'make fuzz       fuzz the core, FUZZ_SECONDS=$(FUZZ_SECONDS) for each target'
	@echo 'make installs   try make install and luarocks in a temporary folder'
	@echo 'make machines   the demo and the specs on bare roots of Debian 12 and 13'
	@echo '                (root); QUICK=1: a tenth of them, on the other release'
	@echo 'make bench      the measurements in spec/bench/'
	@echo 'make bench-deps the peers they are beside, from Debian and npm'
	@echo 'make install    into PREFIX=$(PREFIX), below DESTDIR if given;'
	@echo '                SANDBOX=0 leaves the stand-in for the services out'
	@echo 'make uninstall  remove what make install put there'
	@echo 'make dist       the archive and rockspecs into $(DIST)/, of a clean tree;'
	@echo '                DIST_URL: the folder where it will be published'
	@echo 'make pack       make dist, and its rocks for both ABIs'
	@echo 'make meta       write the types for editors and the reference pages anew'
	@echo 'make rockspec   write the rockspecs that are not frozen anew'
	@echo 'make clean      remove $(BUILD)/'

FORCE:
.PHONY: all core curl env demo demo-nginx sandbox test lint asan valgrind \
  torture fuzz coverage installs machines bench bench-deps deps install \
  install-lua install-sandbox install-docs uninstall meta rockspec dist pack \
  clean help FORCE
.DELETE_ON_ERROR:
