-- HTTP/1.1 framing: the bytes that go out, and answers in pieces of any size.
local core = require "roster.core"
local framed = require "spec.support.framed"

local BODY = '{"id":"1"}'
local OK = "HTTP/1.1 200 OK\r\n"
local SIZED = OK .. "Content-Length: 10\r\n\r\n" .. BODY
local CHUNKED = OK .. "Transfer-Encoding: chunked\r\n\r\n"
local CHUNKS = '4\r\n{"id\r\n6\r\n":"1"}\r\n0\r\n\r\n'

-- { name, bytes, kept }: all are the value { id = "1" }
local GOOD = {
  { "a length", SIZED, true },
  { "field names of any case", OK .. "cOnTeNt-LeNgTh:10\r\n\r\n" .. BODY, true },
  { "blanks around a value", OK .. "Content-Length: \t 10 \t\r\n\r\n" .. BODY, true },
  { "line feeds alone in the header", "HTTP/1.1 200 OK\nContent-Length: 10\n\n" .. BODY, true },
  { "no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "not even a blank behind the status", "HTTP/1.1 200\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "an interim answer before it", "HTTP/1.1 100 Continue\r\n\r\n" .. SIZED, true },
  { "several interim answers, with fields",
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 3\r\n\r\nHTTP/1.1 102 P\r\n\r\n" .. SIZED, true },
  { "a value folded over lines", OK .. "X-B: one\r\n  two\r\n\tthree\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "the same length twice", OK .. "Content-Length: 10\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "a length with leading zeros", OK .. "Content-Length: 0000010\r\n\r\n" .. BODY, true },
  { "identity as its coding", OK .. "Content-Encoding: identity\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "chunks", CHUNKED .. CHUNKS, true },
  { "chunks, in other letters", OK .. "transfer-encoding: CHUNKED\r\n\r\n" .. CHUNKS, true },
  { "one chunk in capitals", CHUNKED .. "A\r\n" .. BODY .. "\r\n0\r\n\r\n", true },
  { "sizes with leading zeros", CHUNKED .. "00a\r\n" .. BODY .. "\r\n000\r\n\r\n", true },
  { "chunk extensions", CHUNKED .. 'a;x="y;z" ;w\r\n' .. BODY .. "\r\n0;last\r\n\r\n", true },
  { "a blank behind a size", CHUNKED .. "a \r\n" .. BODY .. "\r\n0\t;x\r\n\r\n", true },
  { "trailers", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\nX-T: 1\r\nContent-Length: 99\r\n folded\r\n\r\n", true },
  { "a body that ends with the connection", OK .. "\r\n" .. BODY, false },
  { "Connection: close", OK .. "Connection: close\r\nContent-Length: 10\r\n\r\n" .. BODY, false },
  { "close among other words", OK .. "Connection: foo,  CLOSE , bar\r\nContent-Length: 10\r\n\r\n" .. BODY, false },
  { "close in a second field",
    OK .. "Connection: keep-alive\r\nConnection: close\r\nContent-Length: 10\r\n\r\n" .. BODY, false },
  { "a word that only begins like close", OK .. "Connection: closed\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\n" .. BODY, false },
  { "HTTP/1.0 that keeps the connection",
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 10\r\n\r\n" .. BODY, true },
  { "HTTP/1.0 with chunks",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" .. CHUNKS, false },
  { "bytes behind it", SIZED .. "HTTP/1.1 200 OK\r\n", false },
  { "one byte behind the chunks", CHUNKED .. CHUNKS .. "\n", false },
}

-- { name, bytes, kind, words }
local BAD = {
  { "nothing", "", "transport", "closed before an answer came" },
  { "half a status line", "HTTP/1.1 2", "transport", "closed inside of the answer's header" },
  { "half a header", OK .. "Content-Le", "transport", "closed inside of the answer's header" },
  { "an interim answer alone", "HTTP/1.1 100 Continue\r\n\r\n", "transport", "closed inside of the answer's header" },
  { "half a body", OK .. "Content-Length: 10\r\n\r\n" .. BODY:sub(1, 4), "transport",
    "the body ended early: 4 of 10 bytes" },
  { "no body", OK .. "Content-Length: 10\r\n\r\n", "transport", "the body ended early: 0 of 10 bytes" },
  { "half a chunk", CHUNKED .. "a\r\n" .. BODY:sub(1, 7), "transport", "the body ended early: 7 bytes" },
  { "no last chunk", CHUNKED .. "a\r\n" .. BODY .. "\r\n", "transport", "no last chunk" },
  { "a last chunk without its end", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\n", "transport", "no last chunk" },
  { "another language", "SSH-2.0-OpenSSH_9.2\r\n", "protocol", "not HTTP/1.1" },
  { "another language without a line end", "HELO" .. ("x"):rep(100), "protocol", "not HTTP/1.1" },
  { "HTTP/2", "HTTP/2 200\r\n\r\n", "protocol", "not HTTP/1.1" },
  { "HTTP/0.9", BODY, "protocol", "not HTTP/1.1" },
  { "an empty line first", "\r\n" .. SIZED, "protocol", "not HTTP/1.1" },
  { "a status of letters", "HTTP/1.1 abc OK\r\n\r\n", "protocol", "not HTTP/1.1" },
  { "a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", "protocol", "not HTTP/1.1" },
  { "a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", "protocol", "not HTTP/1.1" },
  { "a status below 100", "HTTP/1.1 099 OK\r\n\r\n", "protocol", "no status" },
  { "two blanks before the status", "HTTP/1.1  200 OK\r\n\r\n", "protocol", "not HTTP/1.1" },
  { "another protocol from here on", "HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", "protocol",
    "change the protocol" },
  { "a negative length", OK .. "Content-Length: -5\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "a length with a sign", OK .. "Content-Length: +10\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "a length in hexadecimal", OK .. "Content-Length: 0xa\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "an empty length", OK .. "Content-Length:\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "a length and more", OK .. "Content-Length: 10 x\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "a folded length", OK .. "Content-Length: 1\r\n 0\r\n\r\n" .. BODY, "protocol", "a coding that is folded" },
  { "a list of lengths", OK .. "Content-Length: 10, 10\r\n\r\n" .. BODY, "protocol", "not a length" },
  { "a length of twenty digits", OK .. "Content-Length: 18446744073709551626\r\n\r\n" .. BODY, "protocol",
    "not a length" },
  { "two lengths", OK .. "Content-Length: 10\r\nContent-Length: 11\r\n\r\n" .. BODY, "protocol",
    "more than one Content-Length" },
  { "a length past the ceiling", OK .. "Content-Length: 1025\r\n\r\n", "protocol", "larger than 1024 bytes" },
  { "length and chunks", OK .. "Content-Length: 10\r\nTransfer-Encoding: chunked\r\n\r\n" .. CHUNKS, "protocol",
    "both Transfer-Encoding and Content-Length" },
  { "an unknown coding", OK .. "Transfer-Encoding: gzip, chunked\r\n\r\n" .. CHUNKS, "protocol", "other than chunked" },
  { "chunked twice", OK .. "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" .. CHUNKS, "protocol",
    "other than chunked" },
  { "chunked with a blank before the colon",
    OK .. "Transfer-Encoding : chunked\r\nContent-Length: 10\r\n\r\n" .. CHUNKS, "protocol",
    "a line that is no field" },
  { "a blank in a name", OK .. "X A: 1\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol", "a line that is no field" },
  { "three lengths, the last another", OK .. ("Content-Length: 10\r\n"):rep(2) .. "Content-Length: 9\r\n\r\n" .. BODY,
    "protocol", "more than one Content-Length" },
  { "a version to come", "HTTP/1.2 200 OK\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol", "not HTTP/1.1" },
  { "letters in the status", "HTTP/1.1 200x OK\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol", "not HTTP/1.1" },
  { "a packed body", OK .. "Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol",
    "which was not asked for" },
  { "a line without a colon", OK .. "Content-Length 10\r\n\r\n" .. BODY, "protocol", "a line that is no field" },
  { "a line without a name", OK .. ": 10\r\n\r\n" .. BODY, "protocol", "a line that is no field" },
  { "a fold without a field", OK .. " folded\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol",
    "a line that is no field" },
  { "a NUL in a value", OK .. "X-A: a\0b\r\nContent-Length: 10\r\n\r\n" .. BODY, "protocol", "a NUL or a bare CR" },
  { "a NUL in a name", OK .. "Content-\0Length: 10\r\n\r\n" .. BODY, "protocol", "a NUL or a bare CR" },
  { "a NUL in the status line", "HTTP/1.1 200 O\0K\r\n\r\n", "protocol", "a NUL or a bare CR" },
  { "a bare CR", OK .. "X-A: a\rContent-Length: 10\r\n\r\n" .. BODY, "protocol", "a NUL or a bare CR" },
  { "a chunk size of letters", CHUNKED .. "xyz\r\n", "protocol", "a chunk without a size" },
  { "an empty chunk size", CHUNKED .. "\r\n", "protocol", "a chunk without a size" },
  { "an extension alone", CHUNKED .. ";x\r\n", "protocol", "a chunk without a size" },
  { "a negative chunk size", CHUNKED .. "-1\r\n", "protocol", "a chunk without a size" },
  { "a chunk size with a prefix", CHUNKED .. "0xa\r\n" .. BODY, "protocol", "a chunk without a size" },
  { "a chunk size of sixteen digits", CHUNKED .. "ffffffffffffffff\r\n", "protocol", "a chunk without a size" },
  { "a chunk size that would wrap around", CHUNKED .. "10000000000000004\r\n" .. BODY, "protocol",
    "a chunk without a size" },
  { "a chunk past the ceiling", CHUNKED .. "401\r\n", "protocol", "larger than 1024 bytes" },
  { "chunks past the ceiling", CHUNKED .. ("100\r\n" .. ("x"):rep(256) .. "\r\n"):rep(5), "protocol",
    "larger than 1024 bytes" },
  { "a chunk longer than its size", CHUNKED .. "4\r\n" .. BODY .. "\r\n0\r\n\r\n", "protocol",
    "longer than its size" },
  { "a chunk size with a line feed alone", CHUNKED .. "a\n" .. BODY .. "\r\n0\r\n\r\n", "protocol",
    "a chunk without its line end" },
  { "a chunk with a line feed alone behind it", CHUNKED .. "a\r\n" .. BODY .. "\n0\r\n\r\n", "protocol",
    "a chunk without its line end" },
  { "a trailer that is no field", CHUNKED .. "a\r\n" .. BODY .. "\r\n0\r\ntrailer\r\n\r\n", "protocol",
    "trailer has a line that is no field" },
  { "a body without end, past the ceiling", OK .. "\r\n" .. ("x"):rep(1025), "protocol", "larger than 1024 bytes" },
  { "a header without end", OK .. ("X-A: " .. ("y"):rep(95) .. "\r\n"):rep(3000), "protocol",
    "the header is larger than 262144 bytes" },
  { "a line without end", OK .. "X-A: " .. ("y"):rep(300000), "protocol", "the header is larger than 262144 bytes" },
  { "a status line without end", "HTTP/1.1 200 " .. ("y"):rep(300000) .. "\r\n\r\n", "protocol",
    "the header is larger than 262144 bytes" },
  { "interim answers without end", ("HTTP/1.1 100 Continue\r\n\r\n"):rep(11000), "protocol",
    "the header is larger than 262144 bytes" },
  { "extensions without end", CHUNKED .. ("1;" .. ("x"):rep(1000) .. "\r\n \r\n"):rep(300), "protocol",
    "the header is larger than 262144 bytes" },
  { "trailers without end", CHUNKED .. "0\r\n" .. ("X-T: " .. ("x"):rep(1000) .. "\r\n"):rep(300), "protocol",
    "the header is larger than 262144 bytes" },
}

-- { name, bytes, request }: success without a body
local EMPTY = {
  { "204", "HTTP/1.1 204 No Content\r\n\r\n" },
  { "204 that names a length", "HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n" },
  { "204 that names a coding", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n" },
  { "a length of 0", OK .. "Content-Length: 0\r\n\r\n" },
  { "no chunk but the last", CHUNKED .. "0\r\n\r\n" },
}

local function check_good(result, row)
  assert.same({ id = "1" }, result.value, row[1])
  assert.equal(200, result.status, row[1])
end

describe("an answer in HTTP/1.1", function()
  for _, row in ipairs(GOOD) do
    it("is understood with " .. row[1], function()
      local result = framed.result { row[2] }
      check_good(result, row)
      assert.equal(row[3], result.keep)
    end)
  end

  for _, row in ipairs(EMPTY) do
    it("has no body with " .. row[1], function()
      local result = framed.result { row[2] }
      assert.is_true(result.value)
      assert.is_true(result.early, "it waits for a body")
      assert.is_true(result.keep)
    end)
  end

  it("has no body when it is 304", function()
    local result = framed.result { "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n" }
    assert.equal("http", result.kind)
    assert.equal(304, result.status)
    assert.is_true(result.early)
    assert.is_true(result.keep)
  end)

  for _, row in ipairs(BAD) do
    it("is refused with " .. row[1], function()
      local result = framed.result { row[2] }
      assert.is_nil(result.value)
      assert.equal(row[3], result.kind, result.message)
      assert.is_truthy(result.message:find(row[4], 1, true), result.message)
      assert.is_nil(result.status)
      assert.is_false(result.keep)
    end)
  end

  it("keeps only the fields of the last status line", function()
    local result = framed.result { "HTTP/1.1 103 Early\r\nX-A: early\r\n\r\n" .. OK .. "X-A: a\r\nX-A: b\r\n" ..
      "Content-Length: 10\r\n\r\n" .. BODY }
    assert.equal("a, b", type(result.x) == "table" and table.concat(result.x, ", ") or result.x)
  end)

  it("may have any number of tiny chunks", function()
    local many = CHUNKED .. '1\r\n"\r\n' .. ("1\r\nx\r\n"):rep(1000) .. '1\r\n"\r\n0\r\n\r\n'
    assert.equal(("x"):rep(1000), framed.result({ many }).value)
  end)

  it("that was lost may have been acted upon", function()
    for _, bytes in ipairs { "", "HTTP/1.1 2", OK .. "Content-Length: 10\r\n\r\n{" } do
      assert.is_true(framed.result({ bytes }, { method = "POST", path = "/u" }).ambiguous)
    end
  end)
end)

describe("an answer in pieces", function()
  local function by_bytes(text)
    local pieces = {}
    for i = 1, #text do
      pieces[i] = text:sub(i, i)
    end
    return pieces
  end

  local random = 4711
  local function draw(most)
    random = (random * 16807) % 2147483647
    return random % most + 1
  end

  -- long rows are the same in a few places as in all of them
  local function all(rows, longest)
    local i = 0
    return function()
      repeat
        i = i + 1
      until not rows[i] or #rows[i][2] <= longest
      return rows[i]
    end
  end

  for name, rows in pairs { good = GOOD, bad = BAD, empty = EMPTY } do
    it("is the same wherever it is cut in two: " .. name, function()
      for row in all(rows, 2000) do
        local whole = framed.result { row[2] }
        for at = 0, #row[2] do
          assert.same(whole, framed.result(framed.split(row[2], { at })), row[1] .. " cut at " .. at)
        end
      end
    end)

    it("is the same byte by byte: " .. name, function()
      for row in all(rows, 10000) do
        assert.same(framed.result { row[2] }, framed.result(by_bytes(row[2])), row[1])
      end
    end)

    it("is the same in pieces of any size: " .. name, function()
      for row in all(rows, math.huge) do
        local whole = framed.result { row[2] }
        for _ = 1, 5 do
          local ends, at = {}, 0
          local size = draw(math.max(#row[2], 2))
          while at < #row[2] do
            at = at + draw(size)
            ends[#ends + 1] = at
          end
          assert.same(whole, framed.result(framed.split(row[2], ends)), row[1])
        end
      end
    end)
  end

  it("never crashes and always ends, whatever the bytes", function()
    local rows = {}
    for _, row in ipairs(GOOD) do rows[#rows + 1] = row[2] end
    for _, row in ipairs(BAD) do
      if #row[2] < 2000 then rows[#rows + 1] = row[2] end
    end
    local kinds = {}
    for _ = 1, 4000 do
      local text = rows[draw(#rows)]
      for _ = 1, draw(4) do
        local at, how = draw(#text + 1), draw(4)
        local byte = string.char(draw(256) - 1)
        if how == 1 then
          text = text:sub(1, at - 1) .. byte .. text:sub(at + 1)
        elseif how == 2 then
          text = text:sub(1, at - 1) .. byte .. text:sub(at)
        elseif how == 3 then
          text = text:sub(1, at - 1) .. text:sub(at + draw(8))
        else
          local other = rows[draw(#rows)]
          text = text:sub(1, at) .. other:sub(draw(#other + 1))
        end
      end
      local whole = framed.result { text }
      assert.same(whole, framed.result(framed.split(text, { draw(#text + 1) - 1 })), ("%q"):format(text))
      kinds[whole.kind or "value"] = true
    end
    kinds.http = nil -- a digit of a status must have been hit
    assert.same({ value = true, transport = true, protocol = true }, kinds)
  end)
end)

describe("a request in HTTP/1.1", function()
  local function lines(head)
    local first, fields = head:match("^([^\r]*)\r\n(.*)\r\n$")
    local seen = {}
    for name, value in fields:gmatch("([^:\r\n]+): ([^\r\n]*)\r\n") do
      assert.is_nil(seen[name:lower()], name .. " is there twice")
      seen[name:lower()] = value
    end
    return first, seen
  end

  it("has a line, the host, and what was asked for", function()
    local head, body = framed.call({ path = "/api/v1/users", query = { q = "a b" } }):bytes()
    local first, fields = lines(head)
    assert.equal("GET /api/v1/users?q=a%20b HTTP/1.1", first)
    assert.equal("org.okta.test", fields.host)
    assert.equal("SSWS " .. framed.token, fields.authorization)
    assert.equal("application/json", fields.accept)
    assert.is_nil(fields["content-length"])
    assert.is_nil(fields["accept-encoding"])
    assert.is_nil(body)
  end)

  it("counts its body in bytes", function()
    local head, body = framed.call({ method = "POST", path = "/u", body = { name = "Zoë" } }):bytes()
    local first, fields = lines(head)
    assert.equal("POST /u HTTP/1.1", first)
    assert.equal('{"name":"Zoë"}', body)
    assert.equal(tostring(#body), fields["content-length"])
    assert.equal("application/json", fields["content-type"])
  end)

  it("says that it has none where one is expected", function()
    for _, method in ipairs { "POST", "PUT", "PATCH" } do
      local head, body = framed.call({ method = method, path = "/u" }):bytes()
      assert.equal("0", select(2, lines(head))["content-length"])
      assert.is_nil(body)
    end
    assert.is_nil(select(2, lines((framed.call({ method = "DELETE", path = "/u" }):bytes())))["content-length"])
  end)

  it("does not ask for what could not be unpacked", function()
    local head = framed.call({ path = "/u", headers = { ["Accept-Encoding"] = "gzip" } }):bytes()
    assert.is_nil(head:lower():find("accept-encoding", 1, true))
  end)

  for _, row in ipairs {
    { "https://org.okta.test", "org.okta.test", "https", "org.okta.test", 443 },
    { "https://org.okta.test:443", "org.okta.test", "https", "org.okta.test", 443 },
    { "https://org.okta.test:8443", "org.okta.test:8443", "https", "org.okta.test", 8443 },
    { "http://127.0.0.1:80", "127.0.0.1", "http", "127.0.0.1", 80 },
    { "http://127.0.0.1:443", "127.0.0.1:443", "http", "127.0.0.1", 443 },
    { "http://[::1]:8080", "[::1]:8080", "http", "[::1]", 8080 },
  } do
    it("names the host of " .. row[1], function()
      local call = framed.call(nil, { url = row[1] })
      local scheme, host, port = call:endpoint()
      assert.same({ row[3], row[4], row[5] }, { scheme, host, port })
      assert.equal(row[2], select(2, lines((call:bytes()))).host)
    end)
  end

  it("says how long it may take, and whether it may go out twice", function()
    local call = framed.call({ path = "/u", timeout = 7 })
    assert.same({ 7, 10, 30 }, { call:timeouts() })
    assert.is_true(call:is_repeatable())
    assert.is_false(framed.call({ method = "POST", path = "/u" }):is_repeatable())
  end)

  it("that is sent again forgets what had come", function()
    local call = framed.call()
    call:bytes()
    call:feed(OK .. "X-A: old\r\nContent-Length: 10\r\n\r\n{\"id")
    call:bytes()
    call:feed(SIZED)
    local what, value, meta = call:next(0, 1700000000, 0, true)
    assert.equal("done", what)
    assert.same({ id = "1" }, value)
    assert.is_nil(meta.headers["x-a"])
  end)

  it("goes where a link without a path leads, and keeps its fragment to itself", function()
    local client = assert(core.client("okta", {
      url = "https://org.okta.test", token = framed.token, timeout = 1, max_retries = 0, connect_timeout = 1,
      stall_timeout = 1, max_response = 10, max_nodes = 1e6, check = true,
    }))
    local call = assert(core.call(client, "list_users"))
    assert(call:follow("https://org.okta.test?after=x#part"))
    assert.equal("send", (call:next(0, 1700000000, 0, true)))
    assert.equal("GET /?after=x HTTP/1.1", (lines((call:bytes()))))
  end)

  it("has neither an address nor bytes once the call is finished", function()
    local call = framed.call()
    call:answer(204)
    assert.equal("done", (call:next(0, 1700000000, 0, true)))
    assert.equal(0, select("#", call:endpoint()))
    assert.has_error(function() call:bytes() end, "the request cannot be written")
  end)

  it("that is over takes no more bytes", function()
    local call = framed.call()
    call:bytes()
    assert.same({ true, true }, { call:feed(SIZED) })
    assert.same({ true, false }, { call:feed("more") })
    assert.same({ true, false }, { call:feed(nil) })
    assert.same({ id = "1" }, select(2, call:next(0, 1700000000, 0, true)))
  end)

  it("may have been closed meanwhile", function()
    local call = framed.call()
    call:bytes()
    call:feed(OK .. "Content-Length: 10\r\n\r\n{")
    call:close()
    call:feed('"id":"1"}')
    call:feed(nil)
    assert.has_error(function() call:next(0, 1700000000, 0, true) end)
    assert.equal("userdata", type(core.call_free(assert(core.client("okta", {
      url = "https://org.okta.test", token = framed.token, timeout = 1, max_retries = 0, connect_timeout = 1,
      stall_timeout = 1, max_response = 10, max_nodes = 1e6, check = true,
    })), { path = "/u" }, false)))
  end)
end)
