-- An error page whose title was a line break, or words that were nothing but
-- control characters, left the error without a message.
local framed = require "spec.support.framed"

local function message(status, fields, body)
  local result = framed.result { ("HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"):format(status, fields, #body, body) }
  return result.message
end

describe("an error whose words are blank", function()
  it("says what its status means", function()
    local html = "Content-Type: text/html\r\n"
    for _, title in ipairs { "\n", " \t ", "\194\133", "\27" } do
      assert.equal("okta request: 502: Bad Gateway", message("502 X", html, "<title>" .. title .. "</title>"))
    end
    assert.equal("okta request: 404: Not Found", message("404 X", "Content-Type: text/plain\r\n", "\1\2"))
    assert.equal("okta request: 403: Forbidden",
      message("403 X", 'WWW-Authenticate: Bearer error_description=" "\r\n', ""))
  end)

  it("still quotes a title that is there", function()
    assert.equal("okta request: 502: Bad  Gateway", message("502 X", "", "<title>Bad \nGateway</title>"))
  end)
end)
