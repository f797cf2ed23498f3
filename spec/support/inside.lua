-- An nginx in which a spec's code runs, as a handler would.
--
--     local host = inside.start{ http = "resolver 127.0.0.1;" }
--     host:run([[ return roster.okta(arg):get_user("x") ]], { url = ... })
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local raw = require "spec.support.raw"

local M = {}

local Host = {}
Host.__index = Host

-- Runs the posted code with its arguments and answers with what it returns.
local RUN = [[
  local json = require "roster.json"
  ngx.req.read_body()
  local posted = assert(json.decode(ngx.req.get_body_data()))
  -- no global is made: what the code names must be there
  local chunk = assert(loadstring("local roster, json, arg = ...\n" .. posted.code, "=spec"))
  local returned = { pcall(chunk, require "roster", json, posted.arg) }
  for i = 1, 4 do
    local value = returned[i]
    returned[i] = value == nil and json.null or type(value) == "userdata" and tostring(value) or value
  end
  returned[5] = tostring(ngx.worker.pid())
  local text = assert(json.encode(returned))
  ngx.header.content_length = #text
  ngx.print(text)
]]

--- Starts it. `options` as `roster.sandbox.server` has them; "/run" is taken,
--- and "/ping" answers at once.
---@param options table?
function M.start(options)
  local wanted = {}
  for name, value in pairs(options or {}) do
    wanted[name] = value
  end
  wanted.locations = { ["/run"] = RUN, ["/ping"] = 'ngx.header.content_length = 4 ngx.print("pong")' }
  for path, code in pairs(options and options.locations or {}) do
    wanted.locations[path] = code
  end
  return setmetatable({ server = nginx.start(wanted) }, Host)
end

--- Runs the code in a content handler; raises what it raises. The code sees
--- roster, json and arg.
---@param code string
---@param arg any
---@return any ...  the first three it returns, then the worker's pid
function Host:run(code, arg)
  local status, body = raw.request {
    method = "POST",
    url = self.server.url .. "/run",
    body = assert(json.encode { code = code, arg = arg == nil and json.null or arg }),
  }
  if status ~= 200 then
    error("/run: " .. tostring(status) .. "\n" .. self.server:log(), 2)
  end
  local returned = assert(json.decode(body))
  for i = 1, 5 do
    if returned[i] == json.null then
      returned[i] = nil
    end
  end
  if not returned[1] then
    error(returned[2], 2)
  end
  return returned[2], returned[3], returned[4], returned[5]
end

--- The body of what is there.
---@return string body, integer status
function Host:get(path)
  local status, body = raw.request { url = self.server.url .. path }
  return body, status
end

--- What nginx has logged that is not a notice.
---@return string
function Host:complaints()
  local lines = {}
  for line in self.server:log():gmatch("[^\n]+") do
    if not line:find("[notice]", 1, true) then
      lines[#lines + 1] = line
    end
  end
  return table.concat(lines, "\n")
end

function Host:stop()
  self.server:stop()
end

return M
