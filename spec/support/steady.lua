-- Steady load: an nginx whose light threads ask another server for a path, each
-- again and again on a connection of its own, until they are told to stop.
--
--     local load = steady.start(host.server.port, "/look", 32)
--     local seen = load:counts()    -- { begun, answered, wrong, pids = { [pid] = n } }
--     load:stop()                   -- lets them finish, and returns the same
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"

local M = {}

local Load = {}
Load.__index = Load

-- An answer is right when its body is "ok" and the pid of who gave it.
local BEGIN = [[
  local seen = { begun = 0, answered = 0, ended = 0, wrong = "", pids = {} }
  package.loaded.seen = seen
  local function ask(port, path)
    local sock = ngx.socket.tcp()
    sock:settimeout(60000)
    local ok, err = sock:connect("127.0.0.1", port)
    local text
    if ok then
      ok, err = sock:send("GET " .. path .. " HTTP/1.0\r\n\r\n")
    end
    if ok then
      text, err = sock:receive("*a")
      sock:close()
    end
    local pid = text and text:match("\r\n\r\nok (%d+)\n$")
    if pid then
      seen.answered = seen.answered + 1
      seen.pids[pid] = (seen.pids[pid] or 0) + 1
    else
      seen.wrong = tostring(err) .. " " .. tostring(text)
    end
  end
  local port, path = tonumber(ngx.var.arg_port), ngx.unescape_uri(ngx.var.arg_path)
  for _ = 1, tonumber(ngx.var.arg_n) do
    assert(ngx.timer.at(0, function()
      while not seen.over do
        seen.begun = seen.begun + 1
        ask(port, path)
      end
      seen.ended = seen.ended + 1
    end))
  end
]]

local COUNTS = [[
  local seen = package.loaded.seen
  seen.over = seen.over or ngx.var.arg_over ~= nil
  local text = require("roster.json").encode(seen)
  ngx.header.content_length = #text
  ngx.print(text)
]]

--- Starts it, `connections` at a time.
function M.start(port, path, connections)
  local server = nginx.start { locations = { ["= /begin"] = BEGIN, ["= /counts"] = COUNTS } }
  local self = setmetatable({ server = server, connections = connections }, Load)
  local status = raw.request { url = ("%s/begin?port=%d&path=%s&n=%d"):format(server.url, port, path, connections) }
  assert(status == 200, server:log())
  return self
end

--- What was seen so far; with `over`, nothing more is begun.
function Load:counts(over)
  local _, body = raw.request { url = self.server.url .. "/counts" .. (over and "?over=1" or "") }
  return assert(json.decode(body))
end

--- Waits until `look(counts)` holds; the counts, or nil when it never does.
function Load:until_seen(look, over)
  for _ = 1, 1200 do
    local counts = self:counts(over)
    if look(counts) then
      return counts
    end
    os.execute("sleep 0.05")
  end
end

--- Lets what was begun finish and ends the load.
---@return table counts
function Load:stop()
  local counts = self:until_seen(function(seen) return seen.ended == self.connections end, true)
  self.server:stop()
  return counts
end

return M
