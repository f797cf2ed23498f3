-- Runs a Lua block of the README in a process of its own: lua prelude.lua FILE.
-- The block finds the clients that earlier blocks have made, and the sandboxes
-- where it names the example's addresses. Prints each print as one line.
local roster = require "roster"

local SANDBOX = os.getenv("OKTA_CLIENT_ORGURL")

-- The one address that an example names is where the sandbox is, except for a
-- client with a script to answer it.
local make_okta = roster.okta
function roster.okta(options)
  if options and options.url and type(options.transport) ~= "table" then
    assert(options.url == "https://example.okta.com", "no example's address: " .. options.url)
    options.url = SANDBOX
  end
  return make_okta(options)
end

-- What lua-resty-http promises of a request; anything else is not its
-- interface, and fails.
local PARAMS = { method = "string", headers = "table", body = "string", ssl_verify = "boolean" }

package.preload["resty.http"] = function()
  local raw = require "spec.support.raw"
  local client = {}
  client.__index = client
  function client.set_proxy_options(_, options)
    assert(options.https_proxy:find("^http://"))
  end
  function client.request_uri(_, url, params)
    for name, value in pairs(params) do
      assert(PARAMS[name] == type(value), name .. " is no parameter of request_uri")
    end
    local status, body, headers = raw.request {
      url = url, method = params.method, headers = params.headers, body = params.body,
    }
    if not status then
      return nil, body
    end
    for name, values in pairs(headers) do
      headers[name] = #values == 1 and values[1] or values
    end
    return { status = status, headers = headers, body = body }
  end
  return { new = function() return setmetatable({}, client) end }
end

-- luacheck: globals roster okta jumpcloud knetik
_G.roster, _G.okta = roster, roster.okta()
_G.jumpcloud, _G.knetik = roster.jumpcloud(), roster.knetik()

local write = io.write
function print(...) -- luacheck: globals print
  local words = {}
  for i = 1, select("#", ...) do
    words[i] = tostring((select(i, ...)))
  end
  write("\1", (table.concat(words, " "):gsub("%s+", " ")), "\n")
end

assert(loadfile(arg[1]))()
