--- Which models have two classes: what comes back, where nested tables are said
--- to be there so that `local profile = user.profile` needs no check, and what
--- is sent, where they may be left out.
local names = require "roster.names"

local M = {}

--- The models of a call's one side, with those inside of them.
---@param catalog table
---@param side "body"|"returns"
---@return table<string, boolean>
function M.reached(catalog, side)
  local found = {}
  local function visit(name)
    local model = name and catalog.models[name]
    if not model or found[name] then
      return
    end
    found[name] = true
    for _, field in ipairs(model.fields) do
      visit(field.model)
    end
    for _, kind in pairs(model.variants or {}) do
      visit(kind)
    end
  end
  for _, op in ipairs(catalog.operations) do
    visit(op[side] and op[side].model)
  end
  return found
end

--- Each kind of a model that comes in kinds, and that model itself: a table is
--- matched with all of them, so they are as the documents have them.
local function in_kinds(catalog)
  local found = {}
  for _, name in ipairs(names(catalog.models)) do
    for _, kind in pairs(catalog.models[name].variants or {}) do
      found[name], found[kind] = true, true
    end
  end
  return found
end

local function is_nested(field)
  return field.type == "map" or field.type == "object" and field.model ~= nil
end

--- The shapes of a catalog's models:
--- `is_there(name, field)`: is the field said to be there in what comes back?
--- `is_sent(name)`: is the model only ever sent?
--- `apart`: the models that have another class for what is sent.
---@param catalog table
---@return { is_there: function, is_sent: function, apart: table<string, boolean> }
function M.of(catalog)
  local sent, returned, kinds = M.reached(catalog, "body"), M.reached(catalog, "returns"), in_kinds(catalog)
  local shapes = { apart = {} }

  function shapes.is_sent(name)
    return sent[name] and not returned[name]
  end

  function shapes.is_there(name, field)
    return not shapes.is_sent(name) and not kinds[name] and is_nested(field) and not field.write_only
  end

  local function differs(name)
    for _, field in ipairs(catalog.models[name].fields) do
      if shapes.is_there(name, field) or shapes.apart[field.model] then
        return true
      end
    end
    return false
  end

  local changed = true
  while changed do
    changed = false
    for name in pairs(catalog.models) do
      if sent[name] and returned[name] and not shapes.apart[name] and differs(name) then
        shapes.apart[name], changed = true, true
      end
    end
  end
  return shapes
end

return M
