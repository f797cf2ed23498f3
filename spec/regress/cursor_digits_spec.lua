-- A cursor of more digits than a number holds was sent as 8.9e+95.
local roster = require "roster"

describe("the cursor of a list that is asked for by an offset", function()
  local function first(cursor)
    local urls = {}
    local client = roster.knetik {
      url = "https://knetik.test", token = "t", governor = false, max_retries = 0,
      transport = function(request)
        urls[#urls + 1] = request.url
        return { status = 200, body = '{"content":[],"total_elements":0}' }
      end,
    }
    local page, message = client:get_users({ cursor = cursor }):page()
    client:close()
    return page, message, urls[1]
  end

  it("is refused beyond what a number holds", function()
    for _, digits in ipairs { ("8"):rep(96), "9007199254740992", ("1"):rep(400) } do
      local page, message, url = first("page=" .. digits)
      assert.is_nil(url)
      assert.is_nil(page)
      assert.truthy(message:find("the cursor belongs to another list", 1, true))
    end
  end)

  it("is taken up to there", function()
    local page, message, url = first("page=9007199254740991")
    assert.is_nil(message and page == nil and message or nil)
    assert.truthy(url:find("page=9007199254740991", 1, true))
  end)
end)
