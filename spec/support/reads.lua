-- The fields that a source reads of what its calls returned, against the types
-- for editors. A variable counts where everything that the source puts into it
-- is such a value.

local annotations = require "spec.support.annotations"
local calls = require "spec.support.calls"

local M = {}

--- What the call gives: the type of its first value, without nil.
local function given(known, call, prefix)
  local returned = annotations.methods(known, "roster." .. call.provider .. ".Client")[call.method].returns[1]
  local list = known.classes[returned]
  local item = list and list.call and list.call:match("^fun%(%): (.-)%??$")
  if prefix:find("for [%a_][%w_]* in $") or call.after == "first" then
    return item
  elseif not call.after and returned then
    return (returned:gsub("%?$", ""))
  end
end

-- what may stand before a call whose first value gets a name
local BINDINGS = {
  "local ([%a_][%w_]*) = assert%($",
  "local ([%a_][%w_]*), [%w_, ]+ = assert%($",
  "local ([%a_][%w_]*) = $",
  "local ([%a_][%w_]*), [%w_, ]+ = $",
  "for ([%a_][%w_]*) in $",
}

--- How often the name is declared, or anything is put into it.
local function bindings_of(text, name)
  local count = select(2, text:gsub("%f[%w_]" .. name .. "%f[^%w_][%w_, ]-%f[= ] ?=[^=]", ""))
  count = count + select(2, text:gsub("for [%w_, ]-%f[%w_]" .. name .. "%f[^%w_][%w_, ]- in ", ""))
  for params in text:gmatch("function[%w_%.: ]*(%b())") do
    count = count + (params:find("%f[%w_]" .. name .. "%f[^%w_]") and 1 or 0)
  end
  return count
end

local function check_chain(known, type_, chain)
  for name in chain:gmatch("[^%.]+") do
    if not known.classes[type_] then
      return nil
    end
    local fields, open = annotations.fields(known, type_)
    if not fields[name] then
      return not open and ("no %s in %s"):format(name, type_) or nil
    end
    type_ = fields[name].type
  end
end

--- A name that was given to several things may be any of them.
local function check_any(known, list, chain)
  local fault
  for _, type_ in ipairs(list) do
    fault = check_chain(known, type_, chain)
    if not fault then
      return nil
    end
  end
  return fault
end

--- What is read and is not there, and how many reads were looked at.
---@param known table from spec.support.annotations
---@param source string
---@param providers string[]
---@return string[] faults, integer count
function M.check(known, source, providers)
  local text, types, bound = calls.blank(source), {}, {}
  for _, call in ipairs(calls.of(source, providers)) do
    local prefix = call.method and text:sub(math.max(1, call.at - 200), call.at - 1) or ""
    for _, binding in ipairs(BINDINGS) do
      local name = prefix:match(binding)
      local type_ = name and given(known, call, prefix)
      if type_ then
        types[name] = types[name] or {}
        table.insert(types[name], type_)
        bound[name] = (bound[name] or 0) + 1
      end
    end
  end
  local faults, count = {}, 0
  for name, list in pairs(types) do
    if bindings_of(text, name) == bound[name] then
      for chain in (" " .. text):gmatch("[^%w_%.:]" .. name .. "%.([%a_][%w_%.]*)") do
        local fault = check_any(known, list, chain)
        count = count + 1
        faults[#faults + 1] = fault and name .. "." .. chain .. ": " .. fault
      end
    end
  end
  table.sort(faults)
  return faults, count
end

return M
