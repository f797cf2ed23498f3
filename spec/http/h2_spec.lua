-- Answers over HTTP/2 from Node's server: what they mean, and that none of any
-- size waits for ever (libcurl below 8.1 did: see csrc/curl_request.c).
local cases = require "spec.support.wire_cases"
local h2 = require "spec.support.h2"
local roster = require "roster"

-- name of the answer, outcome: as spec.support.wire_cases has them for HTTP/1.1
local ANSWERS = {
  { "plain", "value" }, { "sized", "value" }, { "mark", "value" }, { "hints", "value" }, { "trailer", "value" },
  { "none", "protocol" }, { "empty", "protocol" }, { "null", "protocol" }, { "list", "protocol" },
  { "words", "protocol" }, { "missing", "http" },
  { "short", "transport" }, { "long", "transport" }, { "reset", "transport" }, { "late", "transport" },
  { "header_reset", "transport" }, { "gone", "transport" }, { "silent", "transport" },
}

-- Bytes of the header and, at their sum, what libcurl reads at a time, its
-- buffers, frames and TLS records end: 4 * 5 * 15 sizes.
local HEADERS = { 0, 1500, 3000, 20000 }
local BORDERS = { 16384, 32768, 49152, 65536, 9000 }
local STEPS = { -900, -300, -90, -60, -30, -9, -1, 0, 1, 9, 30, 60, 90, 300, 900 }

local function sizes()
  local all = {}
  for _, header in ipairs(HEADERS) do
    for _, border in ipairs(BORDERS) do
      for _, step in ipairs(STEPS) do
        local body = border + step - header
        all[#all + 1] = header .. "-" .. (body > 0 and body or border + step)
      end
    end
  end
  return all
end

describe("an answer over HTTP/2", function()
  local server

  setup(function()
    server = h2.start()
  end)

  teardown(function()
    server:stop()
  end)

  local function client(options)
    local settings = { url = server.url, ca = server.ca, token = "t", max_retries = 0, governor = false, timeout = 20 }
    for name, value in pairs(options or {}) do
      settings[name] = value
    end
    return roster.okta(settings)
  end

  it("means what it means over HTTP/1.1", function()
    for _, row in ipairs(ANSWERS) do
      local okta = client()
      local value, message, detail = okta:get_user(row[1])
      assert.equal(row[2], cases.outcome(value, detail), row[1] .. ": " .. tostring(message))
      okta:close()
    end
  end)

  it("is none when its stream was reset in the middle without an error", function()
    -- to libcurl below 8.1 that is an end, and the body no JSON
    local okta = client()
    local value, _, detail = okta:request { path = "/api/v1/users/cancelled" }
    assert.is_nil(value)
    assert.is_true(detail.kind == "transport" or detail.kind == "protocol", detail.kind)
    okta:close()
  end)

  it("says nothing in its trailers: neither a next page nor a limit", function()
    local okta = client { governor = {} }
    local page, meta = okta:list_users():page()
    assert.same({ { id = 1 } }, page)
    assert.is_nil(meta.request_id)
    assert.is_nil(meta.headers["x-rate-limit-remaining"])
    assert.equal(1, #okta:list_users():all())
    assert.is_nil(okta:limits()["/api/v1/users"])
    okta:close()
  end)

  it("of 300 sizes at borders comes to its end, alone and among others", function()
    local all = sizes()
    assert.equal(300, #all)
    local okta = client()
    local stuck = {}
    for _, size in ipairs(all) do
      local value, message = okta:get_user(size)
      if not value then
        stuck[#stuck + 1] = size .. ": " .. message
      end
    end
    okta:close()
    assert.same({}, stuck)
    okta = client()
    local summary = assert(okta:each(all, function(size)
      return okta:get_user(size)
    end, { concurrency = 8 }))
    okta:close()
    assert.equal(300, summary.done)
  end)

  it("comes to its end though it was whole before the request was", function()
    -- the server answers as soon as it has the header
    local okta = client()
    for _, header in ipairs(HEADERS) do
      for _, size in ipairs { 20, 1000, 16300, 30000, 65536 } do
        for _, body in ipairs { 1, 100, 9000, 20000 } do
          local path = ("/api/v1/users/%d-%d"):format(header, size)
          assert(okta:request { method = "POST", path = path, body = { a = ("x"):rep(body) } })
        end
      end
    end
    okta:close()
  end)

  it("of sizes that once waited comes to its end on a new connection", function()
    for _, size in ipairs { "1500-15500", "0-16330", "20000-1000", "20000-1", "1500-15977", "3000-13980" } do
      local copy = server.dir:write(size .. ".pem", server.dir:read "cert.pem")
      local okta = client { ca = copy }
      assert(okta:get_user(size))
      okta:close()
    end
  end)
end)
