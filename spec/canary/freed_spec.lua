-- What is left of secrets in the memory that roster's C half gives back: nothing.
-- The objects of the build are linked once more, with somebody who looks into
-- every block before the allocator has it.
local folder = require "spec.support.folder"
local inside = require "spec.support.inside"

local ABI = _VERSION:match "%d%.%d"
local LUA = rawget(_G, "jit") and "luajit" or "lua" .. ABI

-- Says again what it was sent.
local ECHO = [[
  ngx.req.read_body()
  ngx.status = 400
  ngx.header["X-Echo"] = (ngx.req.raw_header():gsub("%c", " "))
  ngx.header.content_type = "application/json"
  ngx.print('{"errorSummary":', require("cjson").encode(ngx.req.get_body_data() or ""), "}")
]]

describe("memory that is given back", function()
  local dir, here, objects, host, sanitizers

  setup(function()
    dir = folder.new()
    local pipe = io.popen "pwd"
    here = pipe:read "*l"
    pipe:close()
    local build = os.getenv "BUILD" or "build"
    objects = (build:find "^/" and build or here .. "/" .. build) .. "/obj/" .. ABI
    -- a build with sanitizers needs what they call
    sanitizers = (os.getenv "LD_PRELOAD" or ""):find("asan", 1, true) and "-fsanitize=address,undefined" or ""
    host = inside.start { locations = { ["/echo"] = ECHO } }
  end)

  teardown(function()
    host:stop()
    dir:remove()
  end)

  --- Both modules with the one who looks; `buf` in place of the build's buf.o.
  local function link(name, buf)
    local script = ([[
      mkdir -p %s/roster || exit 1
      ${CC:-cc} %s -std=gnu99 -fPIC -c -o freed.o '%s/spec/canary/freed.c' || exit 1
      shared='-shared -Wl,-z,nodelete,--wrap=malloc,--wrap=realloc,--wrap=free'
      core= curl=
      for o in '%s'/*.o; do
        case ${o##*/} in
        buf.o) o=%s; core="$core $o" curl="$curl $o" ;;
        exchange.o | headers.o | http1.o | process.o) core="$core $o" curl="$curl $o" ;;
        curl*) curl="$curl $o" ;;
        *) core="$core $o" ;;
        esac
      done
      ${CC:-cc} %s $shared -o %s/roster/core.so $core freed.o -lm || exit 1
      ${CC:-cc} %s $shared -o %s/roster/curl.so $curl freed.o -lcurl -lm
    ]]):format(name, sanitizers, here, objects, buf, sanitizers, name, sanitizers, name)
    dir:run((script:gsub("%s+$", "")))
  end

  --- Runs the calls on these modules; returns what each has seen: blocks, bytes and
  --- blocks with a secret.
  local function run(name)
    local calls = tonumber(dir:run(("cd '%s' && LUA_PATH='%s/lua/?.lua;%s/lua/?/init.lua;%s/?.lua;;' "
      .. "LUA_CPATH='%s/%s/?.so;;' FREED='%s/%s.seen' %s spec/canary/freed.lua '%s/echo'"):format(here, here, here,
      here, dir.path, name, dir.path, name, LUA, host.server.url)))
    assert.is_true(calls > 500, calls)
    local seen = {}
    for blocks, bytes, marked in dir:read(name .. ".seen"):gmatch "(%d+) (%d+) (%d+)\n" do
      seen[#seen + 1] = { blocks = tonumber(blocks), bytes = tonumber(bytes), marked = tonumber(marked) }
    end
    -- of roster.core and of roster.curl
    assert.equal(2, #seen)
    return seen
  end

  it("holds no secret", function()
    link("wiped", objects .. "/buf.o")
    local blocks = 0
    for _, seen in ipairs(run "wiped") do
      blocks = blocks + seen.blocks
      assert.is_true(seen.blocks > 20, seen.blocks)
      assert.equal(0, seen.marked)
    end
    assert.is_true(blocks > 5000, blocks)
  end)

  it("would be seen to hold some, were nothing wiped", function()
    dir:run(("${CC:-cc} %s -std=c99 -fPIC -O0 -include string.h -Dmemset=freed_keep -include stddef.h "
      .. "-c -o buf.o '%s/csrc/buf.c'"):format(sanitizers, here))
    link("kept", "buf.o")
    local marked = 0
    for _, seen in ipairs(run "kept") do
      marked = marked + seen.marked
    end
    assert.is_true(marked > 500, marked)
  end)
end)
