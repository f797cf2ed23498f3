-- Responses with folded header lines, for a server that writes on the bare
-- connection (RFC 9112 5.2 and 2.2).
local M = {}

local BODY = '{"id":"1"}'
local REST = "Content-Length: 10\r\nConnection: close\r\n\r\n" .. BODY

-- name -> the pieces it is sent in; a fold follows a status line in all of them
M.first = {
  space = { "HTTP/1.1 200 OK\r\n X-A: a\r\n" .. REST },
  tab = { "HTTP/1.1 200 OK\r\n\tX-A: a\r\n" .. REST },
  blank = { "HTTP/1.1 200 OK\r\n \r\n" .. REST },
  alone = { "HTTP/1.1 200 OK\r\n X-A: a\r\n\r\n" .. BODY },
  long = { "HTTP/1.1 200 OK\r\n " .. ("a"):rep(2000) .. "\r\n" .. REST },
  many = { "HTTP/1.1 200 OK\r\n" .. (" a\r\n"):rep(100) .. REST },
  later = { "HTTP/1.1 200 OK\r\n", " X-A: a", "\r\n" .. REST },
  bytes = { "HTTP/1.1 200 OK\r", "\n", " ", "X", "-A: a\r", "\n" .. REST },
  lines = { "HTTP/1.1 200 OK\n X-A: a\n" .. REST },
  old = { "HTTP/1.0 200 OK\r\n X-A: a\r\n" .. REST },
  small = { "http/1.1 200 OK\r\n X-A: a\r\n" .. REST },
  error = { "HTTP/1.1 404 Not Found\r\n X-A: a\r\n" .. REST },
  empty = { "HTTP/1.1 204 No Content\r\n X-A: a\r\nConnection: close\r\n\r\n" },
  wait = { "HTTP/1.1 429 Too Many\r\n Retry-After: 1\r\n" .. REST },
  interim = { "HTTP/1.1 100 Continue\r\n X-A: a\r\n\r\nHTTP/1.1 200 OK\r\n" .. REST },
  behind_interim = { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n X-A: a\r\n" .. REST },
  behind_many = { ("HTTP/1.1 103 Early Hints\r\n\r\n"):rep(40) .. "HTTP/1.1 200 OK\r\n X-A: a\r\n" .. REST },
  behind_hints = { "HTTP/1.1 103 Early Hints\r\nX-B: b\r\n\r\n", "HTTP/1.1 200 OK\r\n X-A: a\r\n" .. REST },
  chunked = { "HTTP/1.1 200 OK\r\n X-A: a\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" .. BODY .. "\r\n0\r\n\r\n" },
}

-- ... and in none of these, which are whole
M.later = {
  second = { "HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n" .. REST },
  much = { "HTTP/1.1 200 OK\r\nX-A: a\r\n" .. (" b\r\n"):rep(100) .. REST },
  none = { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" .. BODY },
  interim_folded = { "HTTP/1.1 103 Early Hints\r\nX-A: a\r\n b\r\n\r\nHTTP/1.1 200 OK\r\nX-B: b\r\n" .. REST },
  trailer = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" .. BODY
    .. "\r\n0\r\nX-A: a\r\n b\r\n\r\n" },
}

local function handler(pieces)
  local sends = {}
  for i, piece in ipairs(pieces) do
    sends[i] = ("sock:send(%q)"):format(piece):gsub("\\\n", "\\n"):gsub("\r", "\\r")
  end
  return ([[
    ngx.req.read_body()
    local sock = assert(ngx.req.socket(true))
    %s
    ngx.exit(444)
  ]]):format(table.concat(sends, " ngx.sleep(0.02)\n"))
end

--- Locations of a server: "/first/NAME", "/later/NAME", and "/good", which ends
--- with a connection that is kept where nginx itself answers.
---@return table<string, string>
function M.locations()
  local all = {
    ["/good"] = [[
      ngx.header["X-A"] = ("a"):rep(40)
      ngx.header.content_type = "application/json"
      ngx.print('{"id":"1"}')
    ]],
  }
  for _, kind in ipairs { "first", "later" } do
    for name, pieces in pairs(M[kind]) do
      all["= /" .. kind .. "/" .. name] = handler(pieces)
    end
  end
  return all
end

return M
