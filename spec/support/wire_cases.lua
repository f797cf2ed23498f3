-- Answers as bytes, each with what it has to be over either transport: "value"
-- is { id = "1" } of get_user, all else the kind of an error.
local M = {}

local BODY = '{"id":"1"}'
local OK = "HTTP/1.1 200 OK\r\n"
local SIZE = "Content-Length: 10\r\n"
local REST = SIZE .. "\r\n" .. BODY
local CHUNKED = OK .. "Transfer-Encoding: chunked\r\n\r\n"
local LAST = "\r\n0\r\n\r\n"
local CHUNKS = "a\r\n" .. BODY .. LAST
local MARK = "\239\187\191"

local function sized(body, fields)
  return OK .. (fields or "") .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

-- name, bytes, outcome
M.cases = {
  -- status lines
  { "a length", OK .. REST, "value" },
  { "no reason", "HTTP/1.1 200 \r\n" .. REST, "value" },
  { "nothing after the status", "HTTP/1.1 200\r\n" .. REST, "value" },
  { "HTTP/1.0", "HTTP/1.0 200 OK\r\n" .. REST, "value" },
  { "status 201", "HTTP/1.1 201 Created\r\n" .. REST, "value" },
  { "status 299", "HTTP/1.1 299 X\r\n" .. REST, "value" },
  { "status 300", "HTTP/1.1 300 X\r\n" .. REST, "http" },
  { "status 404", "HTTP/1.1 404 X\r\n" .. REST, "http" },
  { "status 500", "HTTP/1.1 500 X\r\n" .. REST, "http" },
  { "status 600", "HTTP/1.1 600 X\r\n" .. REST, "http" },
  { "status 999", "HTTP/1.1 999 X\r\n" .. REST, "http" },
  { "status 200x", "HTTP/1.1 200x OK\r\n" .. REST, "protocol" },
  { "status x200", "HTTP/1.1 x200 OK\r\n" .. REST, "protocol" },
  { "status 2000", "HTTP/1.1 2000 OK\r\n" .. REST, "protocol" },
  { "status 20", "HTTP/1.1 20 OK\r\n" .. REST, "protocol" },
  { "status 099", "HTTP/1.1 099 OK\r\n" .. REST, "protocol" },
  { "status 000", "HTTP/1.1 000 OK\r\n" .. REST, "protocol" },
  { "status -200", "HTTP/1.1 -200 OK\r\n" .. REST, "protocol" },
  { "status +200", "HTTP/1.1 +20 OK\r\n" .. REST, "protocol" },
  { "status 0x1", "HTTP/1.1 0x1 OK\r\n" .. REST, "protocol" },
  { "no status", "HTTP/1.1\r\n" .. REST, "protocol" },
  { "status of letters", "HTTP/1.1 abc OK\r\n" .. REST, "protocol" },
  { "a tab before the status", "HTTP/1.1\t200 OK\r\n" .. REST, "protocol" },
  { "two blanks before the status", "HTTP/1.1  200 OK\r\n" .. REST, "protocol" },
  { "a tab after the status", "HTTP/1.1 200\tOK\r\n" .. REST, "protocol" },
  { "a blank before the version", " HTTP/1.1 200 OK\r\n" .. REST, "protocol" },
  { "an empty line first", "\r\n" .. OK .. REST, "protocol" },
  { "two empty lines first", "\r\n\r\n" .. OK .. REST, "protocol" },
  { "http in small letters", "http/1.1 200 OK\r\n" .. REST, "protocol" },
  { "HTTP without a version", "HTTP 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/1", "HTTP/1 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/1.", "HTTP/1. 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/1.2", "HTTP/1.2 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/1.10", "HTTP/1.10 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/0.9 in the line", "HTTP/0.9 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/2 in the line", "HTTP/2 200 \r\n" .. REST, "protocol" },
  { "HTTP/2.0 in the line", "HTTP/2.0 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/3 in the line", "HTTP/3 200 OK\r\n" .. REST, "protocol" },
  { "HTTP/0.9: a body alone", BODY, "protocol" },
  { "HTTP/0.9: a body with a line end", BODY .. "\r\n\r\n", "protocol" },
  { "HTTP/0.9: a page", "<html><body>OK</body></html>\n", "protocol" },
  { "ICY", "ICY 200 OK\r\n" .. REST, "protocol" },
  { "SSH", "SSH-2.0-OpenSSH_9.2\r\n", "protocol" },
  { "RTSP", "RTSP/1.0 200 OK\r\n" .. REST, "protocol" },
  { "a NUL in the status line", "HTTP/1.1 200 O\0K\r\n" .. REST, "protocol" },
  { "a bare CR in the status line", "HTTP/1.1 200 O\rK\r\n" .. REST, "protocol" },
  { "nothing", "", "transport" },
  { "half a status line", "HTTP/1.1 2", "transport" },
  { "a status line alone", OK, "transport" },

  -- header lines
  { "line feeds alone", "HTTP/1.1 200 OK\nContent-Length: 10\n\n" .. BODY, "value" },
  { "one line feed alone", "HTTP/1.1 200 OK\r\nContent-Length: 10\n\r\n" .. BODY, "value" },
  { "names of any case", OK .. "cOnTeNt-LeNgTh: 10\r\n\r\n" .. BODY, "value" },
  { "no blank before a value", OK .. "Content-Length:10\r\n\r\n" .. BODY, "value" },
  { "tabs around a value", OK .. "Content-Length:\t 10 \t\r\n\r\n" .. BODY, "value" },
  { "an empty value", OK .. "X-A:\r\n" .. REST, "value" },
  { "a value of all bytes", OK .. "X-A: \128\255\1~\r\n" .. REST, "value" },
  { "a field twice", OK .. "X-A: 1\r\nX-A: 2\r\n" .. REST, "value" },
  { "a folded value", OK .. "X-A: one\r\n two\r\n" .. REST, "value" },
  { "a value folded by a tab", OK .. "X-A: one\r\n\ttwo\r\n" .. REST, "value" },
  { "a folded length", OK .. "X-A: a\r\nContent-Length: 1\r\n 0\r\n\r\n" .. BODY, "protocol" },
  { "a fold first", OK .. " X-A: a\r\n" .. REST, "protocol" },
  { "no colon", OK .. "X-A a\r\n" .. REST, "protocol" },
  { "no colon in the last line", OK .. SIZE .. "X-A a\r\n\r\n" .. BODY, "protocol" },
  { "no name", OK .. ": a\r\n" .. REST, "protocol" },
  { "a blank before the colon", OK .. "X-A : a\r\n" .. REST, "protocol" },
  { "a tab before the colon", OK .. "X-A\t: a\r\n" .. REST, "protocol" },
  { "a blank in a name", OK .. "X A: a\r\n" .. REST, "protocol" },
  { "a length with a blank before the colon", OK .. "Content-Length : 10\r\n\r\n" .. BODY, "protocol" },
  { "a NUL in a value", OK .. "X-A: a\0b\r\n" .. REST, "protocol" },
  { "a NUL in a name", OK .. "X\0A: a\r\n" .. REST, "protocol" },
  { "a bare CR in a value", OK .. "X-A: a\rb\r\n" .. REST, "protocol" },
  { "a bare CR that hides a field", OK .. "X-A: a\rContent-Length: 3\r\n" .. REST, "protocol" },
  { "two CR at a line's end", OK .. "X-A: a\r\r\n" .. REST, "protocol" },
  { "half a field", OK .. "Content-Le", "transport" },
  { "a field without its line end", OK .. "Content-Length: 10", "transport" },
  { "a field with half its line end", OK .. "Content-Length: 10\r", "transport" },
  { "no end of the header", OK .. SIZE, "transport" },
  { "half the end of the header", OK .. SIZE .. "\r", "transport" },
  { "no end of a header without a length", OK .. "X-A: a\r\n", "transport" },
  { "5,000 fields", OK .. ("X-A: b\r\n"):rep(5000) .. REST, "value" },
  { "a header without end", OK .. ("X-A: " .. ("y"):rep(95) .. "\r\n"):rep(4000) .. "\r\n", "protocol" },
  { "a line without end", OK .. "X-A: " .. ("y"):rep(400000) .. "\r\n\r\n", "protocol" },

  -- lengths
  { "a length with zeros", OK .. "Content-Length: 0000010\r\n\r\n" .. BODY, "value" },
  { "two equal lengths", OK .. SIZE .. REST, "value" },
  { "three equal lengths", OK .. SIZE .. SIZE .. REST, "value" },
  { "equal lengths, one with zeros", OK .. "Content-Length: 010\r\n" .. REST, "value" },
  { "two lengths", OK .. "Content-Length: 11\r\n" .. REST, "protocol" },
  { "two lengths, the shorter last", OK .. SIZE .. "Content-Length: 9\r\n\r\n" .. BODY, "protocol" },
  { "two lengths, one of them none", OK .. "Content-Length: x\r\n" .. REST, "protocol" },
  { "two lengths, one of them empty", OK .. "Content-Length:\r\n" .. REST, "protocol" },
  { "a list of lengths", OK .. "Content-Length: 10, 10\r\n\r\n" .. BODY, "protocol" },
  { "a list of different lengths", OK .. "Content-Length: 10, 11\r\n\r\n" .. BODY, "protocol" },
  { "a length of -10", OK .. "Content-Length: -10\r\n\r\n" .. BODY, "protocol" },
  { "a length of -0", OK .. "Content-Length: -0\r\n\r\n", "protocol" },
  { "a length of +10", OK .. "Content-Length: +10\r\n\r\n" .. BODY, "protocol" },
  { "a length of 0xa", OK .. "Content-Length: 0xa\r\n\r\n" .. BODY, "protocol" },
  { "a length of 10.0", OK .. "Content-Length: 10.0\r\n\r\n" .. BODY, "protocol" },
  { "a length of 1e1", OK .. "Content-Length: 1e1\r\n\r\n" .. BODY, "protocol" },
  { "a length of 10x", OK .. "Content-Length: 10x\r\n\r\n" .. BODY, "protocol" },
  { "a length of 10 x", OK .. "Content-Length: 10 x\r\n\r\n" .. BODY, "protocol" },
  { "a length of 1 0", OK .. "Content-Length: 1 0\r\n\r\n" .. BODY, "protocol" },
  { "a length of 10;", OK .. "Content-Length: 10;\r\n\r\n" .. BODY, "protocol" },
  { "a length in quotes", OK .. 'Content-Length: "10"\r\n\r\n' .. BODY, "protocol" },
  { "an empty length", OK .. "Content-Length:\r\n\r\n" .. BODY, "protocol" },
  { "a length of 16 digits", OK .. "Content-Length: 1000000000000000\r\n\r\n" .. BODY, "protocol" },
  { "a length of 2^64 + 10", OK .. "Content-Length: 18446744073709551626\r\n\r\n" .. BODY, "protocol" },
  { "a length of 23 digits", OK .. "Content-Length: 10000000000000000000000\r\n\r\n" .. BODY, "protocol" },
  { "a length past the ceiling", OK .. "Content-Length: 99999999\r\n\r\n" .. BODY, "protocol" },
  { "a body short of its length", OK .. "Content-Length: 11\r\n\r\n" .. BODY, "transport" },
  { "no body where one was announced", OK .. SIZE .. "\r\n", "transport" },
  { "a body longer than its length", OK .. REST .. "  ", "value" },
  { "another answer after it", OK .. REST .. OK .. "X-A: b\r\n" .. REST, "value" },
  { "a length of 0", OK .. "Content-Length: 0\r\n\r\n", "protocol" },
  { "a length of 0 and a body", OK .. "Content-Length: 0\r\n\r\n" .. BODY, "protocol" },
  { "a length in HTTP/1.0, cut", "HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n" .. BODY, "transport" },

  -- the end of the connection
  { "a body up to the end", OK .. "\r\n" .. BODY, "value" },
  { "a body up to the end, close", OK .. "Connection: close\r\n\r\n" .. BODY, "value" },
  { "a body up to the end in HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\n" .. BODY, "value" },
  { "half a body up to the end", OK .. "\r\n" .. BODY:sub(1, 5), "protocol" },
  { "no body up to the end", OK .. "\r\n", "protocol" },

  -- chunks
  { "a chunk", CHUNKED .. CHUNKS, "value" },
  { "chunks", CHUNKED .. '4\r\n{"id\r\n6\r\n":"1"}' .. LAST, "value" },
  { "chunks of a byte", CHUNKED .. BODY:gsub(".", "1\r\n%0\r\n") .. "0\r\n\r\n", "value" },
  { "chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" .. CHUNKS, "value" },
  { "a coding of any case", OK .. "transfer-encoding: CHUNKED\r\n\r\n" .. CHUNKS, "value" },
  { "a size in capitals", CHUNKED .. "A\r\n" .. BODY .. LAST, "value" },
  { "a size with zeros", CHUNKED .. "00a\r\n" .. BODY .. "\r\n000\r\n\r\n", "value" },
  { "an extension", CHUNKED .. 'a;x="y;z"\r\n' .. BODY .. "\r\n0;last\r\n\r\n", "value" },
  { "a blank after a size", CHUNKED .. "a \r\n" .. BODY .. LAST, "value" },
  { "a blank before a size", CHUNKED .. " a\r\n" .. BODY .. LAST, "protocol" },
  { "a size of 0xa", CHUNKED .. "0xa\r\n" .. BODY .. LAST, "protocol" },
  { "a size of +a", CHUNKED .. "+a\r\n" .. BODY .. LAST, "protocol" },
  { "a size of -a", CHUNKED .. "-a\r\n" .. BODY .. LAST, "protocol" },
  { "a size and letters", CHUNKED .. "ax\r\n" .. BODY .. LAST, "protocol" },
  { "a size in two words", CHUNKED .. "a b\r\n" .. BODY .. LAST, "protocol" },
  { "no size", CHUNKED .. "\r\n" .. BODY .. LAST, "protocol" },
  { "an extension alone", CHUNKED .. ";x\r\n" .. BODY .. LAST, "protocol" },
  { "a size of 16 digits", CHUNKED .. "ffffffffffffffff\r\n" .. BODY .. LAST, "protocol" },
  { "a size of 17 digits", CHUNKED .. "1000000000000000a\r\n" .. BODY .. LAST, "protocol" },
  { "a size of 16 digits, zeros first", CHUNKED .. "000000000000000a\r\n" .. BODY .. LAST, "protocol" },
  { "a size with a line feed alone", CHUNKED .. "a\n" .. BODY .. LAST, "protocol" },
  { "a chunk with a line feed alone", CHUNKED .. "a\r\n" .. BODY .. "\n0\r\n\r\n", "protocol" },
  { "a last chunk with a line feed alone", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\n\r\n", "protocol" },
  { "chunks that end in a line feed alone", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n\n", "protocol" },
  { "a bare CR in an extension", CHUNKED .. "a;x\ry\r\n" .. BODY .. LAST, "protocol" },
  { "a NUL in an extension", CHUNKED .. "a;x\0y\r\n" .. BODY .. LAST, "protocol" },
  { "a chunk longer than its size", CHUNKED .. "9\r\n" .. BODY .. LAST, "protocol" },
  { "a chunk shorter than its size", CHUNKED .. "b\r\n" .. BODY .. LAST, "protocol" },
  { "half a chunk", CHUNKED .. "a\r\n" .. BODY:sub(1, 5), "transport" },
  { "a chunk without its end", CHUNKED .. "a\r\n" .. BODY, "transport" },
  { "no last chunk", CHUNKED .. "a\r\n" .. BODY .. "\r\n", "transport" },
  { "half a last chunk", CHUNKED .. "a\r\n" .. BODY .. "\r\n0", "transport" },
  { "a last chunk with half its line end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r", "transport" },
  { "a last chunk without its end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n", "transport" },
  { "a last chunk with half its end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n\r", "transport" },
  { "no chunk at all", CHUNKED, "transport" },
  { "none but the last chunk", CHUNKED .. "0\r\n\r\n", "protocol" },
  { "bytes after the chunks", CHUNKED .. CHUNKS .. "HTTP/1.1 200", "value" },

  -- codings, and lengths beside them
  { "length and chunks", OK .. SIZE .. "Transfer-Encoding: chunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "chunks and length", OK .. "Transfer-Encoding: chunked\r\n" .. SIZE .. "\r\n" .. CHUNKS, "protocol" },
  { "chunks and a length of 0",
    OK .. "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n" .. CHUNKS, "protocol" },
  { "identity and length", OK .. "Transfer-Encoding: identity\r\n" .. REST, "protocol" },
  { "identity", OK .. "Transfer-Encoding: identity\r\n\r\n" .. BODY, "protocol" },
  { "chunked twice", OK .. ("Transfer-Encoding: chunked\r\n"):rep(2) .. "\r\n" .. CHUNKS, "protocol" },
  { "chunked twice in a list", OK .. "Transfer-Encoding: chunked, chunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "gzip, chunked", OK .. "Transfer-Encoding: gzip, chunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "chunked, identity", OK .. "Transfer-Encoding: chunked, identity\r\n\r\n" .. CHUNKS, "protocol" },
  { "an unknown coding", OK .. "Transfer-Encoding: xchunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "an empty coding", OK .. "Transfer-Encoding:\r\n\r\n" .. CHUNKS, "protocol" },
  { "a coding with a blank before the colon", OK .. "Transfer-Encoding : chunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "a folded coding", OK .. "Transfer-Encoding:\r\n chunked\r\n\r\n" .. CHUNKS, "protocol" },
  { "identity as the body's coding", OK .. "Content-Encoding: identity\r\n" .. REST, "value" },
  { "an unknown coding of the body", OK .. "Content-Encoding: rot13\r\n" .. REST, "protocol" },
  { "a body that is not gzip", OK .. "Content-Encoding: gzip\r\n" .. REST, "protocol" },
  { "a body that is not deflate", OK .. "Content-Encoding: deflate\r\n" .. REST, "protocol" },

  -- 1xx
  { "100 first", "HTTP/1.1 100 Continue\r\n\r\n" .. OK .. REST, "value" },
  { "100 three times", ("HTTP/1.1 100 Continue\r\nX-A: a\r\n\r\n"):rep(3) .. OK .. REST, "value" },
  { "102 and 103", "HTTP/1.1 102 P\r\n\r\nHTTP/1.1 103 E\r\nLink: </x>\r\n\r\n" .. OK .. REST, "value" },
  { "199 with a length", "HTTP/1.1 199 X\r\nContent-Length: 3\r\n\r\n" .. OK .. REST, "value" },
  { "101",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" .. OK .. REST, "protocol" },
  { "100 alone", "HTTP/1.1 100 Continue\r\n\r\n", "transport" },
  { "100 and half a header", "HTTP/1.1 100 Continue\r\n\r\n" .. OK .. "X-A", "transport" },
  { "100 and a body", "HTTP/1.1 100 Continue\r\n\r\n" .. BODY, "protocol" },
  { "100 without its end", "HTTP/1.1 100 Continue\r\n" .. OK .. REST, "protocol" },
  { "100 with a line that is no field", "HTTP/1.1 100 Continue\r\nX\r\n\r\n" .. OK .. REST, "protocol" },
  { "103 and a fold first", "HTTP/1.1 103 E\r\n\r\n" .. OK .. " X: a\r\n" .. REST, "protocol" },

  -- no body
  { "204", "HTTP/1.1 204 No Content\r\n\r\n", "protocol" },
  { "204 with a length", "HTTP/1.1 204 No Content\r\n" .. SIZE .. "\r\n", "protocol" },
  { "204 with chunks", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "protocol" },
  { "204 with a body", "HTTP/1.1 204 No Content\r\n\r\n" .. BODY, "protocol" },
  { "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", "http" },
  { "half a 204", "HTTP/1.1 204 No Content\r\nX-A: a\r\n", "transport" },
  { "half a 500", "HTTP/1.1 500 Error\r\nContent-Length: 99\r\n\r\n", "transport" },

  -- what a body is
  { "a byte order mark", sized(MARK .. BODY), "value" },
  { "a byte order mark in chunks", CHUNKED .. "1\r\n\239\r\n2\r\n\187\191\r\n" .. CHUNKS, "value" },
  { "a byte order mark up to the end", OK .. "\r\n" .. MARK .. BODY, "value" },
  { "a byte order mark alone", sized(MARK), "protocol" },
  { "half a byte order mark", sized("\239\187" .. BODY), "protocol" },
  { "a byte order mark after a blank", sized(" " .. MARK .. BODY), "protocol" },
  { "a byte order mark of UTF-16", sized("\255\254" .. BODY:gsub(".", "%0\0")), "protocol" },
  { "blanks around the body", sized(" \r\n\t" .. BODY .. "\r\n\r\n"), "value" },
  { "blanks alone", sized(" \r\n"), "protocol" },
  { "null", sized "null", "protocol" },
  { "true", sized "true", "protocol" },
  { "false", sized "false", "protocol" },
  { "a number", sized "7", "protocol" },
  { "a string", sized '"x"', "protocol" },
  { "an empty list", sized "[]", "protocol" },
  { "a list", sized("[" .. BODY .. "]"), "protocol" },
  { "two values", sized(BODY .. BODY), "protocol" },
  { "words", sized("OK", "Content-Type: text/plain\r\n"), "protocol" },
  { "a NUL in the body", sized '{"id":"1"\0}', "protocol" },

  -- trailers
  { "a trailer", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T: 1\r\n\r\n", "value" },
  { "a folded trailer", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T: 1\r\n 2\r\n\r\n", "value" },
  { "a trailer that is a length", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nContent-Length: 3\r\n\r\n", "value" },
  { "a trailer that is a status line", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nHTTP/1.1 500: x\r\n\r\n", "protocol" },
  { "a trailer that could be one", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nHTTP/1.1: 500 x\r\n\r\n", "value" },
  { "a trailer without a colon", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\ntrailer\r\n\r\n", "protocol" },
  { "a trailer without a name", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n: 1\r\n\r\n", "protocol" },
  { "a trailer with a blank before the colon", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX : 1\r\n\r\n", "protocol" },
  { "a trailer with a line feed alone", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T: 1\n\r\n", "protocol" },
  { "half a trailer", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T", "transport" },
  { "a trailer without an end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T: 1\r\n", "transport" },
  { "trailers without end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n" .. ("X-T: " .. ("x"):rep(1000) .. "\r\n"):rep(400)
    .. "\r\n", "protocol" },
  { "a body and a fault in its trailer, in HTTP/1.0",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n" .. BODY
    .. "\r\n0\r\n:\r\n\r\n", "protocol" },
}

--- Code of a location: writes the case whose number ends the path, and closes;
--- without a number it answers well, and keeps the connection.
M.location = [[
  ngx.req.read_body()
  local number = tonumber(ngx.var.uri:match "%d+$")
  if not number then
    ngx.header.content_length = 10
    return ngx.print('{"id":"1"}')
  end
  local sock = assert(ngx.req.socket(true))
  sock:send(require("spec.support.wire_cases").cases[number][2])
  ngx.exit(444)
]]

--- What comes of a call, in one word.
function M.outcome(value, detail)
  if type(value) == "table" and value.id == "1" then
    return "value"
  end
  return value == nil and detail.kind or "another value"
end

return M
