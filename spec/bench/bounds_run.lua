-- Decodes the document named, within the bounds that hold inside nginx: what
-- spec/bench/bounds counts. Without arguments prints the documents' names.
local NODES, BYTES = 200000, 8 * 1024 * 1024

--- A list of `n` items, the i-th of which is item(i).
local function list(n, item)
  local items = {}
  for i = 1, n do
    items[i] = type(item) == "function" and item(i) or item
  end
  return "[" .. table.concat(items, ",") .. "]"
end

local function one_string(piece)
  return '["' .. piece:rep(math.floor((BYTES - 4) / #piece)) .. '"]'
end

local function members(n, name)
  local all = {}
  for i = 1, n do
    all[i] = ('"%s":1'):format(name(i))
  end
  return "{" .. table.concat(all, ",") .. "}"
end

local documents = {
  lists = function() return list(NODES - 1, "[]") end,
  objects = function() return list(NODES - 1, "{}") end,
  records = function() return list(math.floor(NODES / 3), '{"a":1}') end,
  deep = function() return list(math.floor(NODES / 98), ("["):rep(98) .. ("]"):rep(98)) end,
  deep_objects = function()
    return list(math.floor(NODES / 195), ('{"a":'):rep(97) .. "1" .. ("}"):rep(97))
  end,
  names = function() return members(NODES / 2 - 1, function(i) return "k" .. i end) end,
  same_names = function() return members(NODES / 2 - 1, function() return "a" end) end,
  new_names = function()
    return list(math.floor(NODES / 3), function(i) return ('{"k%d":1}'):format(i) end)
  end,
  other_order = function()
    return list(1000, function(i)
      return members(99, function(j) return "n" .. (i % 2 == 0 and j or 100 - j) end)
    end)
  end,
  strings = function() return list(NODES - 1, function(i) return ('"s%d%s"'):format(i, ("x"):rep(32)) end) end,
  long_strings = function() return list(NODES - 1, '"' .. ("x"):rep(38) .. '"') end,
  some_escapes = function() return list(NODES / 2 - 1, '"' .. ("\\n"):rep(38) .. '"') end,
  escapes = function() return one_string("\\n") end,
  unicode_escapes = function() return one_string("\\u00e9") end,
  text = function() return one_string("\195\169") end,
  digits = function() return "[" .. ("7"):rep(BYTES - 2) .. "]" end,
  fraction = function() return "[0." .. ("7"):rep(16 * (NODES - 100)) .. "]" end,
  fractions = function() return list(math.floor(NODES / 9), "0.1234567890123456789e-300") end,
  short_fractions = function() return list(NODES - 1, "0.123456789e-12") end,
  spaces = function() return "[" .. (" "):rep(BYTES - 3) .. "1]" end,
}

local name, what = ...
if not name then
  for document in pairs(documents) do
    print(document)
  end
  return
end
local text = documents[name]()
assert(#text <= BYTES)
-- what it took to make the document is not part of the decoding
collectgarbage()
if what == "decode" then
  local core = require "roster.core"
  local value, message = core.decode(text, nil, nil, false, false, true, NODES)
  print(("%d KiB, %s"):format(#text / 1024, value and "decoded" or message))
end
os.exit(0)
