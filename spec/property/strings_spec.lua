-- Any string goes out in a path, a query, a header field and a body so that
-- nginx, which knows nothing of roster, reads the same; or is refused by name.
local nginx = require "spec.support.nginx"
local random_json = require "spec.support.random_json"
local roster = require "roster"

local ROUNDS = 250

-- What nginx's own parsers made of the request, in hexadecimal.
local READ = [[
  local function hex(s)
    return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
  end
  ngx.req.read_body()
  local segment = ngx.var.request_uri:match("^/api/v1/users/([^?]*)")
  local query = ngx.var.request_uri:match("[?&]q=([^&]*)")
  local header = ngx.req.get_headers()["x-any"]
  local body = ngx.req.get_body_data()
  local read = {
    segment = segment and hex(ngx.unescape_uri(segment)),
    -- a plus sign would be read as a space
    query = query and hex(ngx.unescape_uri(query)),
    header = header and hex(header),
    member = body and hex(require("cjson").decode(body).profile.login),
  }
  ngx.header.content_type = "application/json"
  ngx.print(require("cjson").encode(read))
]]

local PIECES = {
  "a", "Z", "0", " ", "%", "%2F", "/", "?", "#", "&", "=", "+", ";", ":", "@", "\\", '"', "'", "<", "~", ".", "..",
  "\195\169", "\226\130\172", "\240\159\152\128", "\127", "\1", "\t", "{id}", "_links", "null",
}
-- what is refused somewhere
local WILD = { "\0", "\r", "\n", "\255", "\237\160\128", "\192\175" }

local function string_of(source, wild)
  local parts = {}
  for i = 1, source:number(12) do
    parts[i] = wild and source:number(8) == 1 and source:pick(WILD) or source:pick(PIECES)
  end
  return table.concat(parts)
end

local function hex(s)
  return (s:gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end))
end

describe("any string", function()
  local server, okta

  setup(function()
    server = nginx.start {
      server = "large_client_header_buffers 8 64k; ignore_invalid_headers off;",
      locations = { ["/api/v1/users"] = READ },
    }
    okta = roster.okta { url = server.url, token = "token-of-spec", governor = false, max_retries = 0 }
  end)

  teardown(function()
    okta:close()
    server:stop()
  end)

  -- Sends each, and checks what was read, or why it was not sent.
  local function check(seed, wild, send, field, refusal, expected)
    local source, sent, refused = random_json.new(seed), 0, 0
    for _ = 1, ROUNDS do
      local text = string_of(source, wild)
      local ok, read, message = pcall(send, text)
      local why = ok and message or read
      if refusal(text) then
        refused = refused + 1
        assert.is_true(not ok or read == nil, "was not refused: " .. hex(text))
        assert.is_string(why)
      else
        sent = sent + 1
        assert(ok and read, tostring(why) .. ": " .. hex(text))
        assert.equal(hex(expected and expected(text) or text), read[field])
      end
    end
    assert.is_true(sent > ROUNDS / 8, sent)
    assert.is_true(not wild or refused > 0, refused)
  end

  -- of the pieces above, those that are not UTF-8
  local function is_broken(text)
    return (text:find("\255", 1, true) or text:find("\237\160\128", 1, true) or text:find("\192\175", 1, true)) ~= nil
  end

  for _, wild in ipairs { false, true } do
    local name = wild and ", with bytes that no text has" or ""

    it("in a path" .. name, function()
      check(1201, wild, function(text)
        return okta:get_user(text)
      end, "segment", function(text)
        return is_broken(text) or text == "." or text == ".." or text:find("[%z\1-\31\127/]") ~= nil
      end)
    end)

    it("in a query" .. name, function()
      check(1202, wild, function(text)
        local value, message = okta:request { path = "/api/v1/users", query = { q = text } }
        return value, message
      end, "query", is_broken)
    end)

    it("in a header field" .. name, function()
      check(1203, wild, function(text)
        return okta:get_user("1", { headers = { ["X-Any"] = "<" .. text .. ">" } })
      end, "header", function(text)
        return text:find("[%z\1-\8\10-\31\127]") ~= nil
      end, function(text)
        return "<" .. text .. ">"
      end)
    end)

    it("in a body" .. name, function()
      check(1204, wild, function(text)
        return okta:create_user { profile = { login = text } }
      end, "member", is_broken)
    end)
  end
end)
