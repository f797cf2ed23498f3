--- HTTP over a real connection with what every Debian has, byte by byte: for
-- answers that no client would make sense of.
local M = {}

local function shell(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- Sends bytes to a loopback port and reads until the other side is done.
---@param port integer
---@param bytes string
---@return string received, boolean reset  whether it ended with a reset
function M.exchange(port, bytes)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
  local text = shell("LC_ALL=C bash -c 'exec 3<>/dev/tcp/127.0.0.1/" .. port ..
    "; cat " .. path .. " >&3; cat <&3 2>" .. path .. ".why'")
  local why = assert(io.open(path .. ".why"))
  local reset = why:read("*a"):find("reset by peer", 1, true) ~= nil
  why:close()
  os.remove(path)
  os.remove(path .. ".why")
  return text, reset
end

--- The bytes of a request.
---@param request table  method, url, headers, body; close = false keeps the
--- connection
---@return string bytes, integer port
function M.bytes(request)
  local port, path = request.url:match("^http://127%.0%.0%.1:(%d+)(.*)$")
  local lines = {
    (request.method or "GET") .. " " .. path .. " HTTP/1.1",
    "Host: 127.0.0.1:" .. port,
    "Accept: application/json",
  }
  for name, value in pairs(request.headers or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  if request.close ~= false then
    lines[#lines + 1] = "Connection: close"
  end
  if request.body or request.method and request.method ~= "GET" then
    lines[#lines + 1] = "Content-Length: " .. #(request.body or "")
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (request.body or ""),
    tonumber(port)
end

--- Splits the first answer off.
---@return integer|nil status, string|nil body, table|nil headers  lower case
--- name -> list of values; nil when there is no whole head
function M.answer(text)
  local head, body = text:match("^(HTTP/1%.1 .-)\r\n\r\n(.*)$")
  if not head then
    return nil
  end
  local headers = {}
  for name, value in head:gmatch("\r\n([^:]+): ([^\r]*)") do
    name = name:lower()
    headers[name] = headers[name] or {}
    table.insert(headers[name], value)
  end
  return tonumber(head:match(" (%d+)")), body, headers
end

--- Sends one request and reads one answer.
---@param request table
---@return integer|nil status, string|nil body, table|nil headers
function M.request(request)
  local bytes, port = M.bytes(request)
  return M.answer((M.exchange(port, bytes)))
end

return M
