-- One service, walked over libcurl and over cosockets, with pages asked for ahead
-- and without, in one go and from a cursor: the same items.
local inside = require "spec.support.inside"
local json = require "roster.json"
local nginx = require "spec.support.nginx"
local roster = require "roster"

-- What the service says depends on nothing but the place that is asked for.
-- ids: "shared" by three records; blank: pages that are empty; totals: "text",
-- "none" or the number; links: pages that lead to each other.
local SERVICE = [[
  local json = require "roster.json"
  local test = assert(json.decode(ngx.unescape_uri(ngx.req.get_headers()["X-Test"])))
  local args = ngx.req.get_uri_args()
  local size = tonumber(args.limit or args.size) or 10
  local by_link = ngx.var.uri == "/api/v1/users"
  local page = tonumber(args.after) or (tonumber(args.page) or 1) - 1
  local from = tonumber(args.skip) or page * size
  local items = json.array {}
  local is_blank = test.blank and from / size % test.blank == 1
  for n = from + 1, is_blank and 0 or math.min(from + size, test.records) do
    local id = test.ids == "shared" and n % 3 or n
    items[#items + 1] = { id = "i" .. id, at = n }
  end
  local total = test.total or test.records
  if test.total == "none" then
    total = nil
  elseif test.total == "text" then
    total = tostring(test.records)
  end
  local answer = { results = items, content = items, totalCount = total, total_elements = total, size = size,
    last = from + size >= test.records }
  if by_link then
    answer = items
    if (page + 1) * size < test.records then
      ngx.header.Link = ('<%s://%s/api/v1/users?after=%d&limit=%d>; rel="next"'):format(ngx.var.scheme,
        ngx.var.http_host, page + 1, size)
    end
  end
  local text = assert(json.encode(answer))
  ngx.header.content_type, ngx.header.content_length = "application/json", #text
  ngx.print(text)
]]

-- Walks the list; the same text runs here and inside nginx.
local WALK = [[
  local client = roster[arg.service] { url = arg.url .. arg.prefix, api_key = arg.service == "jumpcloud" and "k" or nil,
    token = arg.service ~= "jumpcloud" and "t" or nil, governor = false, prefetch = arg.prefetch }
  local function list(cursor)
    local options = { headers = { ["X-Test"] = arg.test }, cursor = cursor, max_empty_pages = 20 }
    if arg.path then
      options.path, options.query = arg.path, { [arg.size] = 4 }
      return client:list(options)
    end
    options[arg.size] = 4
    return client[arg.operation](client, options)
  end
  local seen, error_text = {}, ""
  local function walk(walked, most)
    local ok, err = pcall(function()
      while #seen < most do
        local item = walked()
        if item == nil then
          return
        end
        seen[#seen + 1] = item.id .. "@" .. item.at
      end
    end)
    error_text = ok and "" or tostring(err)
  end
  local first = list()
  walk(first, arg.stop or math.huge)
  if arg.stop and first:cursor() then
    -- a page that was not read to its end comes again
    while #seen % 4 > 0 do
      seen[#seen] = nil
    end
    walk(list(first:cursor()), math.huge)
  end
  client:close()
  return table.concat(seen, " "), error_text
]]

local LISTS = {
  { service = "okta", prefix = "", operation = "list_users", size = "limit" },
  { service = "okta", prefix = "", path = "/api/v1/users", size = "limit" },
  { service = "jumpcloud", prefix = "/api", operation = "organization_list", size = "limit" },
  { service = "jumpcloud", prefix = "/api", path = "/organizations", size = "limit" },
  { service = "knetik", prefix = "", operation = "get_users", size = "size" },
  { service = "knetik", prefix = "", path = "/users", size = "size" },
}

local TESTS = {
  { records = 0 }, { records = 37, ids = "shared" }, { records = 25, ids = "shared", blank = 3 },
  { records = 20, blank = 4, total = "text" }, { records = 21, total = "none" },
  { records = 9, ids = "shared", total = 400 }, { records = 9, ids = "shared", total = 16 },
}

describe("a list over any transport", function()
  local host, upstream

  setup(function()
    upstream = nginx.start { locations = {
      ["/api/v1/users"] = SERVICE, ["/api/organizations"] = SERVICE, ["/users"] = SERVICE,
    } }
    host = inside.start {}
  end)

  teardown(function()
    host:stop()
    upstream:stop()
  end)

  local function here(arg)
    local chunk = assert((rawget(_G, "loadstring") or load)("local roster, arg = ...\n" .. WALK))
    return chunk(roster, arg)
  end

  --- What the service has for a list, as far as its pages are not empty.
  local function expected(test)
    local seen = {}
    for n = 1, test.records do
      if not (test.blank and math.floor((n - 1) / 4) % test.blank == 1) then
        seen[#seen + 1] = ("i%d@%d"):format(test.ids == "shared" and n % 3 or n, n)
      end
    end
    return table.concat(seen, " ")
  end

  for _, form in ipairs(LISTS) do
    it("gives the same: " .. form.service .. (form.path and ", without a row" or ""), function()
      for _, test in ipairs(TESTS) do
        local text = assert(json.encode(test))
        local fault
        for _, arg in ipairs { {}, { prefetch = false, stop = 6 }, { stop = 8 } } do
          for name, value in pairs(form) do
            arg[name] = value
          end
          arg.url, arg.test = upstream.url, text:gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end)
          for _, run in ipairs { here, function(given) return host:run(WALK, given) end } do
            local seen, why = run(arg)
            assert.equal(expected(test), seen, text)
            fault = fault or why
            assert.equal(fault, why, text)
          end
        end
        local is_false = type(test.total) == "number" and form.service ~= "okta"
        assert.equal(is_false, fault ~= "", fault)
      end
    end)
  end
end)
