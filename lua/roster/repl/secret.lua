--- Which fields of a table are not shown. A table does not say which model it is
--- of, so names decide, as in all that has no model: see core.secrecy.
local core = require "roster.core"

local M = {}

M.MASK = "***"

-- of core.secrecy's lowest bits: texts only; numbers as well
local TEXTS, NAMED = 1, 2
-- what it is told of the fields beside one
local FLOW, LABELLED, KEY = 1, 2, 4

local LABELS = { "name", "key", "field", "attribute", "header", "parameter", "property", "param" }

local function beside(value)
  local bits = (rawget(value, "grant_type") or rawget(value, "grantType") or rawget(value, "state")) and FLOW or 0
  for _, label in ipairs(LABELS) do
    local name = rawget(value, label)
    if type(name) == "string" and core.secrecy(name) % 4 >= NAMED then
      bits = bits + LABELLED
      break
    end
  end
  if next(value) == "value" and next(value, "value") == nil then
    -- all that there is: a password in what the catalog wraps one in
    bits = bits + (bits < LABELLED and LABELLED or 0)
  end
  return bits + (rawget(value, "kty") and KEY or 0)
end

--- How much of each field is secret: a function of the name, or of the index in a
--- sequence. What it gives is the `holder` of what the field holds.
---@param value table
---@param holder integer? what the same function gave for the field that holds it
---@return fun(name: any): integer
function M.of(value, holder)
  local bits
  return function(name)
    if type(name) ~= "string" then
      return holder or 0
    end
    bits = bits or beside(value)
    return core.secrecy(name, holder, bits)
  end
end

--- Is a value of this kind hidden there?
---@param held any
---@param secrecy integer what the function above gave
---@return boolean
function M.hides(held, secrecy)
  local much = secrecy % 4
  return type(held) == "string" and much >= TEXTS and held ~= "" or type(held) == "number" and much >= NAMED
end

--- A text without what looks secret in it.
---@param text string
---@return string
function M.text(text)
  return core.redact(text)
end

return M
