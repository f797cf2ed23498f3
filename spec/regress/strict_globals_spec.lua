-- Under strict.lua, which programs load to find misspelt globals, roster's look
-- for `ngx` and `jit` raised, and no client could be made.
local lua = arg[-1]

-- reads of undeclared globals raise, as in the strict.lua of Lua's distribution
local STRICT = [[
  local declared = {}
  local function what()
    local info = debug.getinfo(3, "S")
    return info and info.what or "C"
  end
  setmetatable(_G, {
    __newindex = function(t, name, value)
      if not declared[name] then
        local from = what()
        if from ~= "main" and from ~= "C" then
          error("assign to undeclared variable '" .. name .. "'", 2)
        end
        declared[name] = true
      end
      rawset(t, name, value)
    end,
    __index = function(_, name)
      if not declared[name] and what() ~= "C" then
        error("variable '" .. name .. "' is not declared", 2)
      end
    end,
  })
]]

local PENLIGHT = 'require("pl.strict").make_all_strict(_G)'

-- A lock on reads and writes that excepts nobody, C included.
local LOCKED = [[
  setmetatable(_G, {
    __newindex = function(_, name) error("assign to undeclared variable '" .. name .. "'", 2) end,
    __index = function(_, name) error("variable '" .. name .. "' is not declared", 2) end,
  })
]]

local PROGRAM = [[
  local roster = require "roster"
  for _, name in ipairs { "okta", "jumpcloud", "knetik" } do
    local client = roster[name] { sandbox = true }
    assert(client:close())
  end
  local okta = roster.okta { sandbox = true }
  local n = 0
  for _ in okta:list_users { limit = 30 } do n = n + 1 end
  assert(n == 100)
  local ids = {}
  for _, user in ipairs(assert(okta:list_users():all { max = 5 })) do ids[#ids + 1] = user.id end
  local counts = assert(okta:each(ids, "get_user", { concurrency = 2 }))
  assert(counts.done == 5)
  assert(counts.requests == 5)
  local request = okta:get_user("me", { dry_run = true })
  assert(tostring(request):find("curl", 1, true))
  -- over libcurl, to a port that no service listens on
  local far = roster.okta { url = "http://127.0.0.1:1", token = function() return "tok" end, max_retries = 0 }
  local user, message, detail = far:get_user("me")
  assert(user == nil and detail.kind == "transport", message)
  local knetik = roster.knetik { url = "http://127.0.0.1:1", client_id = "a", client_secret = "b", max_retries = 0 }
  user, message, detail = knetik:get_users():first()
  assert(user == nil and detail.kind == "auth", message)
  assert(far:close() and knetik:close())
  require "roster.repl"
  help(okta.suspend_user)
  help "recovery"
  print(okta:get_user(ids[1]))
  io.stderr:write("all of it")
]]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

describe("every part of roster", function()
  for name, strict in pairs { ["strict.lua"] = STRICT, ["pl.strict"] = PENLIGHT, ["a locked _G"] = LOCKED } do
    it("works under " .. name, function()
      local program = strict .. PROGRAM
      local pipe = assert(io.popen(("LUA_PATH=%s LUA_CPATH=%s %s -e %s 2>&1 >/dev/null"):format(quote(package.path),
        quote(package.cpath), quote(lua), quote(program))))
      local said = pipe:read("*a")
      pipe:close()
      assert.equal("all of it", said)
    end)
  end
end)
