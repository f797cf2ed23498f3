--- What one writes who wants one GET of one service and has cosockets: a pool,
--- the headers, both ways to frame a body, and cjson. Each failure is returned.
local cjson = require "cjson.safe"

local M = {}

local function read_chunks(sock)
  local parts = {}
  while true do
    local line, err = sock:receive("*l")
    local size = line and tonumber(line:match("^%x+"), 16)
    if not size then
      return nil, err or "no size of a chunk"
    elseif size == 0 then
      break
    end
    parts[#parts + 1], err = sock:receive(size)
    if err then
      return nil, err
    end
    sock:receive("*l")
  end
  repeat
    local line, err = sock:receive("*l")
    if not line then
      return nil, err
    end
  until line == ""
  return table.concat(parts)
end

local function read_answer(sock)
  local line, err = sock:receive("*l")
  if not line then
    return nil, err
  end
  local status = tonumber(line:match("^HTTP/1%.[01] (%d%d%d)"))
  local headers = {}
  while true do
    line, err = sock:receive("*l")
    if not line then
      return nil, err
    elseif line == "" then
      break
    end
    local name, value = line:match("^([^:]+):%s*(.-)%s*$")
    if name then
      headers[name:lower()] = value
    end
  end
  local body
  if headers["transfer-encoding"] == "chunked" then
    body, err = read_chunks(sock)
  else
    body, err = sock:receive(tonumber(headers["content-length"]) or 0)
  end
  if not body then
    return nil, err
  end
  return status, body, headers
end

local methods = {}
local mt = { __index = methods }

--- Gets a user.
---@param id string
---@return table? user, string? err
function methods:get_user(id)
  local sock = ngx.socket.tcp()
  sock:settimeouts(10000, 30000, 30000)
  local ok, err = sock:connect(self.host, self.port)
  if not ok then
    return nil, err
  end
  ok, err = sock:send { "GET /api/v1/users/", ngx.escape_uri(id), self.rest }
  if not ok then
    return nil, err
  end
  local status, body, headers = read_answer(sock)
  if not status then
    sock:close()
    return nil, body
  end
  if headers.connection == "close" then
    sock:close()
  else
    sock:setkeepalive(50000)
  end
  if status ~= 200 then
    return nil, status .. " " .. body
  end
  return cjson.decode(body)
end

---@param host string
---@param port integer
---@param token string
function M.new(host, port, token)
  return setmetatable({
    host = host,
    port = port,
    rest = (" HTTP/1.1\r\nHost: %s:%d\r\nAccept: application/json\r\nUser-Agent: by-hand\r\n"
      .. "Authorization: SSWS %s\r\n\r\n"):format(host, port, token),
  }, mt)
end

return M
