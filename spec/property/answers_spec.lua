-- However a service cuts its pages, and in whatever order it names its header
-- fields, what comes of it is the same.
local framed = require "spec.support.framed"
local pages = require "spec.support.pages"
local random_json = require "spec.support.random_json"

local ITEMS = 40

-- ITEMS ids in pages of random length, some of them empty.
local function cut(source)
  local split, n = {}, 0
  while n < ITEMS do
    local page = {}
    for i = 1, math.min(source:number(12) - 1, ITEMS - n) do
      page[i] = tostring(n + i)
    end
    n = n + #page
    split[#split + 1] = page
  end
  if source:number(2) == 1 then
    split[#split + 1] = {}
  end
  return split
end

describe("a list", function()
  it("is the same however it is cut into pages, and resumed", function()
    local expected = {}
    for i = 1, ITEMS do
      expected[i] = tostring(i)
    end
    local source = random_json.new(31337)
    for _ = 1, 200 do
      local split = cut(source)
      local okta, asked = pages.client(split)
      assert.same(expected, pages.walk(okta:list_users()))
      assert.equal(#split, #asked)
      -- stopped behind some page, and taken up again by its cursor
      local list, seen = okta:list_users(), {}
      for _ = 1, source:number(#split) do
        for _, user in ipairs(list:page() or {}) do
          seen[#seen + 1] = user.id
        end
      end
      local cursor = list:cursor()
      if cursor then
        for _, id in ipairs(pages.walk(okta:list_users { cursor = cursor })) do
          seen[#seen + 1] = id
        end
      end
      assert.same(expected, seen)
    end
  end)
end)

local ANSWERS = {
  { 200, '{"id":"1"}', "done" },
  { 401, '{"errorCode":"E0000011","errorSummary":"Invalid token"}', "failed" },
  { 404, '{"errorCode":"E0000007","errorSummary":"Not found"}', "failed" },
  { 429, '{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit"}', "wait" },
  { 503, "", "wait" },
}

local FIELDS = {
  "X-Rate-Limit-Limit: 600", "X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 1700000060",
  "Date: Tue, 14 Nov 2023 22:13:20 GMT", "Content-Type: application/json", "X-Okta-Request-Id: req-1",
  "Retry-After: 7", 'Link: <https://org.okta.test/api/v1/users/1>; rel="self"', "Cache-Control: no-cache",
}

local function shuffled(source)
  local list = {}
  for i, field in ipairs(FIELDS) do
    table.insert(list, source:number(i), field)
  end
  return list
end

describe("an answer", function()
  for _, answer in ipairs(ANSWERS) do
    it("with status " .. answer[1] .. " means the same in any order of its fields", function()
      local source, first = random_json.new(4711), nil
      for _ = 1, 100 do
        local head = { "HTTP/1.1 " .. answer[1] .. " As It May Be" }
        for _, field in ipairs(shuffled(source)) do
          local name, value = field:match("^(.-): *(.*)$")
          head[#head + 1] = (source:number(2) == 1 and name:lower() or name:upper()) .. ": " .. value
        end
        head[#head + 1] = "Content-Length: " .. #answer[2]
        local call = framed.call(nil, { max_retries = 4 })
        call:bytes()
        assert(call:feed(table.concat(head, "\r\n") .. "\r\n\r\n" .. answer[2]))
        local limits = { call:rate() }
        local what, a, b, c, d = call:next(0, 1700000000, 0.5, true)
        local told = what == "failed" and b or what == "done" and b or {}
        local got = {
          what = what, a = a, b = what == "wait" and b or nil, c = c, d = d, kind = told.kind, code = told.code,
          retry_at = told.retry_at, request_id = told.request_id, rate = told.rate, retryable = told.retryable,
          type = told.headers and told.headers["content-type"], limits = limits,
        }
        first = first or got
        assert.same(first, got)
        assert.equal(answer[3], got.what)
        assert.same({ 600, 0, 1700000060, 1700000000 }, got.limits)
      end
    end)
  end
end)
