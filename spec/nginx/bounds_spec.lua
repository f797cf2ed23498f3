-- Inside nginx one response may hold up a worker's other requests, so the bounds
-- of its size are lower there.
local inside = require "spec.support.inside"
local nginx = require "spec.support.nginx"

local LIST = [[
  ngx.header.content_type = "application/json"
  local item = ngx.unescape_uri(ngx.var.arg_item)
  local body = "[" .. (item .. ","):rep(tonumber(ngx.var.arg_n) - 1) .. item .. "]"
  ngx.header.content_length = #body
  ngx.print(body)
]]

describe("inside nginx a response", function()
  local host, upstream

  setup(function()
    upstream = nginx.start { locations = { ["/list"] = LIST } }
    host = inside.start {}
  end)

  teardown(function()
    host:stop()
    upstream:stop()
  end)

  local function get(item, n, settings)
    return host:run([[
      local settings = { url = arg.url, token = "t", max_retries = 0, transport = arg.settings.transport,
        max_nodes = arg.settings.max_nodes, max_response = arg.settings.max_response }
      local okta = roster.okta(settings)
      local value, message, detail = okta:request { path = "/list", query = { item = arg.item, n = arg.n } }
      okta:close()
      if value then return #value end
      return nil, message, { kind = detail.kind }
    ]], { url = upstream.url, item = item, n = n, settings = settings or {} })
  end

  for _, transport in ipairs { "cosockets", "curl" } do
    local chosen = transport == "curl" and "curl" or nil

    it("has at most 200,000 values over " .. transport, function()
      assert.equal(199999, (get("{}", 199999, { transport = chosen })))
      local value, message, detail = get("{}", 200000, { transport = chosen })
      assert.is_nil(value)
      assert.equal("protocol", detail.kind)
      assert.is_truthy(message:find("more than 200000 values: set max_nodes", 1, true), message)
      assert.equal(200000, (get("{}", 200000, { transport = chosen, max_nodes = 300000 })))
    end)

    it("has at most 8 MiB over " .. transport, function()
      local item = '"' .. ("x"):rep(1021) .. '"' -- with its comma 1 KiB
      assert.equal(8191, (get(item, 8191, { transport = chosen })))
      local value, message, detail = get(item, 8192, { transport = chosen })
      assert.is_nil(value)
      assert.equal("protocol", detail.kind)
      assert.is_truthy(message:find("larger than 8388608 bytes: set max_response", 1, true), message)
      assert.equal(8192, (get(item, 8192, { transport = chosen, max_response = 10000000 })))
    end)
  end
end)
