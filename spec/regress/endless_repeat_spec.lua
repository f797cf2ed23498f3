-- A service that gave one page for ever was asked for it for ever, where its
-- total rose: every entry of the rise might have been one that had come before.
local shelf = require "spec.support.shelf"

-- pages after which nobody waits for the end any more
local MOST = 6000

for _, service in ipairs { "jumpcloud", "knetik" } do
  local is_jumpcloud = service == "jumpcloud"
  local size = is_jumpcloud and "limit" or "size"
  local name = is_jumpcloud and "totalCount" or "total_elements"

  --- A shelf of one page, with the total that `total_of` says for the n-th answer.
  local function stuck(total_of)
    local s = shelf.new(service, 1)
    s.answer = (function(answer)
      return function(self, request)
        if #self.asked >= MOST then
          return { status = 400, body = "" }
        end
        return answer(self, { url = request.url:gsub("skip=%d+", "skip=0"):gsub("page=%d+", "page=1") })
      end
    end)(s.answer)
    s.change = function(envelope, n)
      envelope[name] = total_of(n)
    end
    return s
  end

  describe("a list of " .. service .. " whose one page comes for ever", function()
    for _, row in ipairs {
      { "jumps once", function(n)
        return n == 1 and 3 or 1000000000
      end },
      { "grows all the time", function(n)
        return n + 2
      end },
    } do
      it("ends where the total " .. row[1], function()
        local s = stuck(row[2])
        local ok, detail = pcall(s.walk, s, { [size] = 1 })
        assert.is_false(ok)
        assert.equal("protocol", detail.kind, tostring(detail))
        assert.matches("the list would never end", tostring(detail))
      end)
    end
  end)

  describe("a list of " .. service .. " whose entries move by hundreds of pages", function()
    it("is walked to its end", function()
      local s = shelf.new(service, 1000)
      s.before = function(n)
        for _ = 1, n == 1000 and 990 or 0 do
          s:add(#s.entries + 1, 1)
        end
      end
      assert.same(shelf.count(1000), s:walk { [size] = 1 })
    end)
  end)
end
