-- The Link header in all its forms, and links that must not be followed.
local pages = require "spec.support.pages"
local replayed = require "spec.support.replayed"

local BASE = replayed.url .. "/api/v1/users"
local NEXT = BASE .. "?after=c2"

--- A list whose first answer has this Link header, and whatever it asks for.
local function linked(link, options)
  local okta, sent = replayed.client({
    replayed.json(pages.body { "1" }, 200, { Link = link }),
    replayed.json(pages.body { "2" }),
  }, options)
  return okta:list_users(), sent
end

describe("a Link header that leads on", function()
  local FORMS = {
    { "as Okta sends it", { "<" .. BASE .. '?limit=1>; rel="self"', "<" .. NEXT .. '>; rel="next"' } },
    { "in the other order", { "<" .. NEXT .. '>; rel="next"', "<" .. BASE .. '>; rel="self"' } },
    { "in one line", "<" .. BASE .. '>; rel="self", <' .. NEXT .. '>; rel="next"' },
    { "in one line without blanks", "<" .. BASE .. '>;rel="self",<' .. NEXT .. '>;rel="next"' },
    { "in one line, next first", "<" .. NEXT .. '>; rel="next", <' .. BASE .. '>; rel="self"' },
    { "with many blanks", " \t<" .. NEXT .. '> \t ; \t rel \t = \t "next" \t ' },
    { "with empty elements", ", ,<" .. NEXT .. '>; rel="next",, ,' },
    { "unquoted", "<" .. NEXT .. ">; rel=next" },
    { "unquoted before another", "<" .. NEXT .. ">; rel=next, <" .. BASE .. ">; rel=self" },
    { "in capitals", "<" .. NEXT .. '>; REL="NEXT"' },
    { "with several relations", "<" .. NEXT .. '>; rel="last next"' },
    { "with several relations, next first", "<" .. NEXT .. '>; rel="next  https://x.test/rel"' },
    { "with other parameters around", "<" .. NEXT .. '>; title="a"; rel="next"; type="x/y"' },
    { "with a comma and a semicolon in a title", "<" .. NEXT .. '>; title="a, <b>; rel=\\"self\\""; rel="next"' },
    { "behind one with a comma in a title", "<" .. BASE .. '>; title="x, y"; rel="self", <' .. NEXT .. ">; rel=next" },
    { "with a parameter without a value", "<" .. NEXT .. '>; crossorigin; rel="next"' },
    { "behind words that are no parameters", "<" .. BASE .. '> ?; rel="next", <' .. NEXT .. '>; rel="next"' },
    { "behind another's anchor", "<" .. BASE .. '?after=no>; rel="next"; anchor="#x", <' .. NEXT .. '>; rel="next"' },
  }
  for _, row in ipairs(FORMS) do
    it("is followed " .. row[1], function()
      local list, sent = linked(row[2])
      assert.same({ "1", "2" }, pages.walk(list))
      assert.equal(NEXT, sent[2].url)
    end)
  end

  local TARGETS = {
    { "a comma", BASE .. "?after=a,b", nil },
    { "a semicolon", BASE .. "?after=a;b", nil },
    { "a quote", BASE .. "?after=a'b", nil },
    { "what is encoded", BASE .. "?after=%2C%3E%22", nil },
    { "other parameters", BASE .. "?limit=200&after=x&search=a+eq+%22b%22", nil },
    { "the default port", "https://org.okta.test:443/api/v1/users?after=x", nil },
    { "capitals in scheme and host", "HTTPS://Org.Okta.TEST/api/v1/users?after=x", nil },
    { "a path of its own", "https://org.okta.test/api/v2/other?after=x", nil },
    { "a reference without a scheme", "//org.okta.test/api/v1/users?after=x",
      "https://org.okta.test/api/v1/users?after=x" },
    { "a relative reference", "/api/v1/users?after=x", "https://org.okta.test/api/v1/users?after=x" },
  }
  for _, row in ipairs(TARGETS) do
    it("may hold " .. row[1], function()
      local list, sent = linked("<" .. row[2] .. '>; rel="next"')
      assert.same({ "1", "2" }, pages.walk(list))
      assert.equal(row[3] or row[2], sent[2].url)
    end)
  end
end)

describe("a Link header that does not lead on", function()
  local FORMS = {
    { "only self", "<" .. NEXT .. '>; rel="self"' },
    { "a relation that begins with next", "<" .. NEXT .. '>; rel="next-archive"' },
    { "a comma at its end", "<" .. BASE .. '>; rel="self", ' },
    { "a relation that ends with next", "<" .. NEXT .. '>; rel="prefetch-next"' },
    { "next in a title", "<" .. NEXT .. '>; rel="self"; title="rel=next"' },
    { "next as a parameter", "<" .. NEXT .. '>; next; rel="self"' },
    { "a second rel", "<" .. NEXT .. '>; rel="self"; rel="next"' },
    { "no relation", "<" .. NEXT .. ">" },
    { "an anchor: about something else", "<" .. NEXT .. '>; rel="next"; anchor="https://x.test/"' },
    { "nothing", "" },
    { "rev", "<" .. NEXT .. '>; rev="next"' },
  }
  for _, row in ipairs(FORMS) do
    it("ends the list: " .. row[1], function()
      local list, sent = linked(row[2])
      assert.same({ "1" }, pages.walk(list))
      assert.equal(1, #sent)
    end)
  end
end)

--- The list must fail where its second page should come, having sent nothing
--- more; returns the message.
local function fails(list, sent)
  local ids = {}
  local ok, detail = pcall(function()
    for user in list do
      ids[#ids + 1] = user.id
    end
  end)
  assert.is_false(ok)
  assert.same({ "1" }, ids)
  assert.equal(1, #sent)
  assert.equal("protocol", detail.kind)
  assert.equal("list_users", detail.operation)
  assert.is_false(detail.ambiguous)
  return tostring(detail)
end

describe("a link to another origin", function()
  local TARGETS = {
    { "another host", "https://evil.test/api/v1/users?after=c2" },
    { "a longer host", "https://org.okta.test.evil.test/api/v1/users" },
    { "a host with a dot at the end", "https://org.okta.test./api/v1/users" },
    { "a subdomain", "https://x.org.okta.test/api/v1/users" },
    { "plain http", "http://org.okta.test/api/v1/users" },
    { "plain http on https's port", "http://org.okta.test:443/api/v1/users" },
    { "another port", "https://org.okta.test:8443/api/v1/users" },
    { "no host", "//evil.test/api/v1/users" },
    { "user info", "https://org.okta.test@evil.test/api/v1/users" },
    { "user info with a port", "https://org.okta.test:443@evil.test/" },
    { "user info at the right host", "https://me:pw@org.okta.test/api/v1/users" },
    { "a backslash", "https://evil.test\\@org.okta.test/" },
    { "a backslash behind the host", "https://org.okta.test\\.evil.test/" },
    { "another scheme", "ftp://org.okta.test/api/v1/users" },
    { "a script", "javascript:alert(1)" },
    { "a bad port", "https://org.okta.test:0x1bb/" },
    { "a port out of range", "https://org.okta.test:65979/" },
    { "nothing", "" },
    { "a blank inside", "https://org.okta.test/ x" },
    { "a control character", "https://org.okta.test/\tx" },
    { "non-ASCII in the host", "https://org\227\128\130okta.test/" },
  }
  for _, row in ipairs(TARGETS) do
    it("is an error and sends no token there: " .. row[1], function()
      local message = fails(linked("<" .. row[2] .. '>; rel="next"'))
      assert.matches("^okta list_users: the link to the next page ", message)
    end)
  end

  it("says so, and names the origin", function()
    for target, origin in pairs {
      ["https://evil.test/"] = "https://evil.test", ["https://evil.test"] = "https://evil.test",
      ["HTTPS://Evil.test?after=x"] = "https://Evil.test", ["//evil.test/api/v1/users"] = "https://evil.test",
      ["http://org.okta.test/api/v1/users"] = "http://org.okta.test",
      ["https://org.okta.test:8443/api/v1/users?after=x"] = "https://org.okta.test:8443",
      ["https://[::1]:8080/x"] = "https://[::1]:8080",
    } do
      local message = fails(linked("<" .. target .. '>; rel="next"'))
      assert.equal("okta list_users: the link to the next page points to another origin, which must not see the"
        .. " credential (" .. origin .. ")", message)
    end
  end)

  it("is told by the port, too, when the base has one", function()
    local options = { url = "https://org.okta.test:8443" }
    fails(linked('<https://org.okta.test/api/v1/users?after=c2>; rel="next"', options))
    local list = linked('<https://org.okta.test:8443/api/v1/users?after=c2>; rel="next"', options)
    assert.same({ "1", "2" }, pages.walk(list))
  end)
end)

describe("a link that leads nowhere", function()
  it("because it is the page's own", function()
    assert.matches("the next page is one already seen: the list would never end",
      fails(linked("<" .. BASE .. '>; rel="next"')))
  end)

  it("because it was seen two pages ago", function()
    local okta, asked = pages.client { { "1" }, { "2" }, function()
      return replayed.json(pages.body { "3" }, 200, { Link = "<" .. pages.url(2) .. '>; rel="next"' })
    end }
    local ids = {}
    local ok, detail = pcall(function()
      for user in okta:list_users() do
        ids[#ids + 1] = user.id
      end
    end)
    assert.is_false(ok)
    assert.matches("one already seen", tostring(detail))
    assert.same({ "1", "2", "3" }, ids)
    assert.same({ 1, 2, 3 }, asked)
  end)

  local BROKEN = {
    { "no angle brackets", NEXT .. '; rel="next"' },
    { "an unclosed bracket", "<" .. NEXT .. '; rel="next"' },
    { "garbage before it", 'x <' .. NEXT .. '>; rel="next"' },
    { "garbage behind another", "<" .. BASE .. '>; rel="self", x <' .. NEXT .. '>; rel="next"' },
  }
  for _, row in ipairs(BROKEN) do
    it("because it cannot be read: " .. row[1], function()
      local list, sent = linked(row[2])
      local page, message, detail = list:page()
      assert.is_nil(page)
      assert.matches("a Link header that cannot be read", message)
      assert.equal("protocol", detail.kind)
      assert.equal(1, #sent)
    end)
  end
end)
