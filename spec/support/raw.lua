--- HTTP over a real connection, byte by byte: for answers that no client would
-- make sense of. No process is started for it: specs make thousands of them.
local errno = require "cqueues.errno"
local socket = require "cqueues.socket"

local M = {}

local function connect(port, bytes)
  local sock = assert(socket.connect { host = "127.0.0.1", port = port })
  sock:onerror(function(_, _, why)
    return why
  end)
  sock:setmode("bn", "bn")
  local _, why = sock:write(bytes)
  return sock, why
end

local function receive(sock)
  local pieces = {}
  while true do
    local piece, why = sock:read(-65536)
    if not piece then
      sock:close()
      return table.concat(pieces), why
    end
    pieces[#pieces + 1] = piece
  end
end

--- Sends bytes to a loopback port and reads until the other side is done.
---@param port integer
---@param bytes string
---@return string received, boolean reset  whether it ended with a reset
function M.exchange(port, bytes)
  local sock, unsent = connect(port, bytes)
  local received, why = receive(sock)
  why = why or unsent
  return received, why == errno.ECONNRESET or why == errno.EPIPE
end

--- Sends each of the texts on a connection of its own before it reads.
---@param port integer
---@param texts string[]
---@return string[] received
function M.together(port, texts)
  local socks, received = {}, {}
  for i, bytes in ipairs(texts) do
    socks[i] = connect(port, bytes)
  end
  for i, sock in ipairs(socks) do
    received[i] = receive(sock)
  end
  return received
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
