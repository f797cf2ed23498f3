-- core.decode: pages one after another, as a list reads them, in a process of
-- its own: the heap of the specs' is too large for a page to matter.
local CHUNK = [[
  if arg[1] ~= "" then
    collectgarbage(arg[1])
  end
  local core = require "roster.core"
  local pages = {}
  for i = 1, 4 do
    local users = {}
    for j = 1, 200 do
      local fields = {}
      for k = 1, 40 do
        fields[k] = ('"field%d":"value %d of %d in %d"'):format(k, k, j, i)
      end
      users[j] = '{"id":"' .. i .. "-" .. j .. '","profile":{' .. table.concat(fields, ",") .. "}}"
    end
    pages[i] = "[" .. table.concat(users, ",") .. "]"
  end
  collectgarbage()
  collectgarbage()
  local floor, page = collectgarbage("count"), core.decode(pages[1])
  collectgarbage()
  collectgarbage()
  local size, most, kept = collectgarbage("count") - floor, 0, {}
  page = nil
  collectgarbage() -- an old one would stay for long
  for i = 1, tonumber(arg[2]) do
    page = nil
    page = core.decode(pages[i % 4 + 1])
    if arg[3] == "keep" then
      kept[i] = page
    elseif arg[3] == "linger" then
      kept[i % 4] = ("x"):rep(20000) .. i
    end
    most = math.max(most, collectgarbage("count"))
  end
  assert(#page == 200 and page[200].profile.field40:find("^value 40 of 200 in %d$"))
  print(((most - floor) / size))
]]

--- The largest heap over what was there before, in sizes of a page.
local function peak(mode, count, what)
  local command = ("LUA_PATH='%s' LUA_CPATH='%s' '%s' - '%s' %d %s 2>&1"):format(package.path, package.cpath, arg[-1],
    mode, count, what or "")
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(CHUNK)
  file:close()
  local pipe = assert(io.popen(command .. " <" .. path))
  local said = pipe:read("*a")
  pipe:close()
  os.remove(path)
  return assert(tonumber(said), said)
end

describe("pages decoded one after another", function()
  if _VERSION == "Lua 5.4" then
    it("are in the heap one at a time, if the collector works by generations", function()
      local most = peak("generational", 200)
      assert.is_true(most < 1.3, most)
    end)

    it("do not leave there what outlives some of them, but not all", function()
      local most = peak("generational", 300, "linger")
      assert.is_true(most < 1.6, most)
    end)
  end

  it("do not pile up", function()
    assert.is_true(peak("", 200) < 8)
    if _VERSION == "Lua 5.4" then
      assert.is_true(peak("incremental", 200) < 8)
    end
  end)

  it("can all be kept, and cost no more than that", function()
    assert.is_true(peak("", 60, "keep") < 80)
  end)
end)
