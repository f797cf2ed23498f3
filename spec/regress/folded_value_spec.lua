-- A field whose value begins on a line of its own had a blank before it, and
-- one that ends in an empty line a blank behind it: " 10" was no length.
local framed = require "spec.support.framed"

local BODY = '{"id":"1"}'

local function answer(fields)
  return framed.result { "HTTP/1.1 200 OK\r\n" .. fields .. "\r\n" .. BODY }
end

describe("a value that is folded", function()
  it("has no blanks around it when its first line is empty", function()
    local result = answer("Content-Length: 10\r\nX-A:\r\n\t \r\n  one\r\n two\r\n")
    assert.is_nil(result.message)
    assert.same({ id = "1" }, result.value)
    assert.equal("one two", result.x)
  end)

  it("has none when its last line is empty", function()
    local result = answer("X-A: one\r\n \t\r\nContent-Length: 10 \r\n")
    assert.same({ id = "1" }, result.value)
    assert.equal("one", result.x)
  end)

  it("is an error where it frames the body, which others read without it", function()
    for _, fields in ipairs { "Content-Length:\r\n 10\r\n", "Content-Length: 10\r\n \r\n",
      "content-length: 1\r\n\t0\r\n", "Transfer-Encoding:\r\n chunked\r\n" } do
      assert.matches("a length or a coding that is folded", answer(fields).message)
    end
  end)

  it("keeps what stands in the fields behind it", function()
    local result = answer("X-B:\r\n b\r\nX-A: a\r\n  c\r\nContent-Length: 10\r\n")
    assert.equal("a c", result.x)
    assert.same({ id = "1" }, result.value)
  end)
end)
