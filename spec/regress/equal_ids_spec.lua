-- A list with a total left out every record whose id had come before, though
-- nothing had changed: two records of one id were one.
local json = require "roster.json"
local replay = require "roster.transport.replay"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local function answer(body)
  return replayed.json(assert(json.encode(body)))
end

local SERVICES = {
  jumpcloud = {
    items = "results", total = "totalCount", operation = "organization_list", options = { api_key = "k" },
  },
  knetik = {
    items = "content", total = "total_elements", operation = "get_users",
    options = { url = "https://k.test", token = "t" },
  },
}

for service, form in pairs(SERVICES) do
  --- Walks pages of these records, with these totals; returns what came, in words.
  local function walk(pages, is_free)
    local script = {}
    for i, page in ipairs(pages) do
      local items = json.array {}
      for id, at in page[1]:gmatch "(%w+)@(%w+)" do
        items[#items + 1] = { id = id, at = at }
      end
      script[i] = answer { [form.items] = items, [form.total] = page[2] }
    end
    local options = { transport = replay.new(script) }
    for name, value in pairs(form.options) do
      options[name] = value
    end
    local client = roster[service](options)
    local list = is_free and client:list { path = "/anything" } or client[form.operation](client)
    local seen = {}
    for item in list do
      seen[#seen + 1] = item.id .. "@" .. item.at
    end
    return table.concat(seen, " ")
  end

  for _, is_free in ipairs { true, false } do
    local kind = service .. (is_free and ", without a row" or "")

    describe("records of one id of " .. kind, function()
      it("all come where nothing changed", function()
        for _, pages in ipairs {
          { { "u1@1 u1@2 u2@3", 3 } },
          { { "u1@1", 3 }, { "u1@2", 3 }, { "u2@3", 3 } },
          { { "u1@1 u1@2", 4 }, { "u1@3 u1@4", 4 } },
          { { "u1@1 u1@2", 4 }, { "u1@1 u1@3", 4 } },
          { { "u1@1 u1@1 u1@1", 3 } },
          { { "u1@1", 2 }, { "u1@1", 2 } },
          { { "u1@1 u2@2 u3@3", 6 }, { "u3@3 u2@2 u1@1", 6 } },
          { { "u1@1 u1@2" }, { "u1@1 u1@3" }, { "" } },
        } do
          local expected = {}
          for i, page in ipairs(pages) do
            expected[i] = page[1] ~= "" and page[1] or nil
          end
          assert.equal(table.concat(expected, " "), walk(pages, is_free))
        end
      end)

      it("all come where the total grew by another", function()
        assert.equal("u1@1 u1@2 u1@3 u1@4",
          walk({ { "u1@1 u1@2", 3 }, { "u1@3 u1@4", 4 } }, is_free))
      end)
    end)
  end

  describe("a step back of " .. service, function()
    -- two records left from in front of the second page
    local pages = { { "u1@1 u2@2", 6 }, { "u5@5 u6@6", 4 }, { "u2@2 u1@4", 4 }, { "u5@5 u6@6", 4 } }

    it("leaves out the record that it repeated, and no other of its id", function()
      assert.equal("u1@1 u2@2 u1@4 u5@5 u6@6", walk(pages, false))
    end)

    it("gives all that it received without a row", function()
      assert.equal("u1@1 u2@2 u5@5 u6@6 u2@2 u1@4 u5@5 u6@6", walk(pages, true))
    end)

    it("gives what was received and did not come again", function()
      assert.equal("u1@1 u2@2 u1@4 u6@6 u7@7 u5@5",
        walk({ pages[1], pages[2], pages[3], { "u6@6 u7@7", 4 } }, false))
    end)
  end)
end
