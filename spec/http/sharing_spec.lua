-- Clients that libcurl is set up alike for: they share connections, and what was
-- read of certificates, and nothing else.
local core = require "roster.core"
local curl = require "roster.curl"
local nginx = require "spec.support.nginx"
local roster = require "roster"

local SAY = [[
  ngx.header.content_type = "application/json"
  ngx.say(require("cjson").encode { connection = ngx.var.connection, token = ngx.req.get_headers().authorization })
]]

describe("clients of one process", function()
  local server, ca, clients

  local function client(options)
    options.url, options.token = options.url or server.servers[1].url, options.token or "t"
    options.max_retries = 0
    local one = roster.okta(options)
    clients[#clients + 1] = one
    return one
  end

  local function ask(one)
    return assert(one:request { path = "/say" })
  end

  setup(function()
    server = nginx.start {
      tls = true,
      servers = {
        { locations = { ["/say"] = SAY, ["/slow"] = "ngx.sleep(20)" } },
        { locations = { ["/say"] = SAY } },
      },
    }
  end)

  teardown(function()
    server:stop()
  end)

  before_each(function()
    clients = {}
    ca = os.tmpname()
    os.execute(("cp '%s' '%s'"):format(server.ca, ca))
  end)

  after_each(function()
    for _, one in ipairs(clients) do
      one:close()
    end
    os.remove(ca)
  end)

  it("share a connection, each with its own token", function()
    local a, b = client { ca = ca, token = "one" }, client { ca = ca, token = "two" }
    local first, second = ask(a), ask(b)
    assert.equal(first.connection, second.connection)
    assert.equal("SSWS one", first.token)
    assert.equal("SSWS two", second.token)
    assert.equal("SSWS one", ask(a).token)
  end)

  it("share none if they trust others", function()
    local a, b = client { ca = ca }, client { ca = server.ca }
    assert.are_not.equal(ask(a).connection, ask(b).connection)
  end)

  it("go on when one of them is closed", function()
    local a, b = client { ca = ca }, client { ca = ca }
    local connection = ask(a).connection
    ask(b)
    a:close()
    assert.equal(connection, ask(b).connection)
    b:close()
    -- the last one took the connection along
    assert.are_not.equal(connection, ask(client { ca = ca }).connection)
  end)

  it("lose what is on its way with the one that is closed, and no more", function()
    local transport = require "roster.transport.curl"
    local settings = { url = server.servers[1].url, token = "t", timeout = 30, max_retries = 0, connect_timeout = 10,
      stall_timeout = 30, max_response = 4096, max_nodes = 1e6, check = true }
    local sides = {}
    for i = 1, 2 do
      local one = assert(core.client("okta", settings))
      local call = assert(core.call_free(one, { method = "GET", path = "/slow" }, false))
      assert(call:next(0, 0, 0, false) == "send")
      sides[i] = { transport = transport.new { ca = ca }, call = call }
      sides[i].transport:begin(call)
    end
    sides[1].transport:close()
    sides[1].transport:close()
    assert.is_true(sides[1].call:settled())
    local _, message = sides[1].call:next(0, 0, 0, false)
    assert.matches("the client was closed", message, 1, true)
    assert.is_false(sides[2].call:settled())
    sides[2].transport:push()
    sides[2].transport:close()
    assert.is_true(sides[2].call:settled())
  end)

  it("read the certificates once, also for another service", function()
    local urls = { server.servers[1].tls_url, server.servers[2].tls_url }
    local a = client { ca = ca, url = urls[1] }
    ask(a)
    local file = assert(io.open(ca, "wb"))
    file:write("no certificate any more")
    file:close()
    ask(client { ca = ca, url = urls[2] })
    local stranger = client { ca = ca .. "x", url = urls[2] }
    os.execute(("cp '%s' '%sx'"):format(ca, ca))
    local value = stranger:request { path = "/say" }
    os.remove(ca .. "x")
    assert.is_nil(value)
  end)

  it("keep no connection once all are dropped", function()
    local function descriptors()
      local pipe = assert(io.popen("ls /proc/$PPID/fd | wc -l"))
      local n = tonumber(pipe:read "*a")
      pipe:close()
      return n
    end
    collectgarbage()
    collectgarbage()
    local before = descriptors()
    for _ = 1, 50 do
      ask(client { ca = ca })
      clients[#clients] = nil
    end
    collectgarbage()
    collectgarbage()
    curl.sleep(0)
    assert.is_true(descriptors() <= before)
  end)
end)
