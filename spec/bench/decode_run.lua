-- Decodes a file again and again; what callgrind counts.
-- usage: lua decode_run.lua none|roster|cjson file rounds

local how, file, rounds = arg[1], arg[2], tonumber(arg[3])
local core = require("roster.core")
local cjson = require("cjson").new()

local handle = assert(io.open(file, "rb"))
local page = handle:read("*a")
handle:close()

local decode
if how == "roster" then
  decode = function()
    return assert(core.decode(page, "okta", "User", true))
  end
elseif how == "cjson" then
  decode = function()
    return cjson.decode(page)
  end
else
  decode = function()
    return { {} }
  end
end

for _ = 1, rounds do
  local users = decode()
  assert(#users > 0)
end
