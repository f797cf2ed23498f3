-- What the catalog should say, in the form in which the core reflects its rows,
-- and the comparison of the two.
local fixture = require "spec.support.fixture"

local set, sorted = fixture.set, fixture.sorted

local M = {
  okta = require "spec.support.facts_okta",
  jumpcloud = require("spec.support.facts_others").jumpcloud,
  knetik = require("spec.support.facts_others").knetik,
}

-- Models that the documents have although no operation leads to them.
M.unreached = set {
  "Policy", -- okta: what IdentityProviderPolicy extends, with its fields
  "Error", "ErrorDetails", -- jumpcloud: bodies of errors
  "ErrorResource", "Result", -- knetik: bodies of errors
  "OAuth2Resource", "TokenDetailsResource", -- knetik: of its token service
}

--------------------------------------------------------------- comparison

--- The reflected catalog in the same form: by name, without our own prose.
---@param catalog table what `core.catalog(name)` returns
---@return table
function M.reflected(catalog)
  local seen = { name = catalog.name, operations = {}, models = {} }
  for _, op in ipairs(catalog.operations) do
    -- how something is written or counted is seen in what is sent
    op.summary, op.note, op.bucket = nil, nil, nil
    for _, param in ipairs(op.params) do
      param.note, param.style = nil, nil
      param.values = sorted(param.values)
    end
    seen.operations[op.name] = op
  end
  for name, model in pairs(catalog.models) do
    local fields = {}
    for _, field in ipairs(model.fields) do
      field.values = sorted(field.values)
      fields[field.name] = field
    end
    model.fields = fields
    seen.models[name] = model
  end
  return seen
end

local function compare(path, expected, got, found)
  if type(expected) ~= "table" or type(got) ~= "table" then
    if expected ~= got then
      found[#found + 1] = ("%s: should be %s, is %s"):format(
        path, tostring(expected), tostring(got))
    end
    return
  end
  for key, value in pairs(expected) do
    compare(path .. "." .. tostring(key), value, got[key], found)
  end
  for key, value in pairs(got) do
    if expected[key] == nil then
      compare(path .. "." .. tostring(key), nil, value, found)
    end
  end
end

--- Every difference as a line that names the place; none: an empty list.
---@return string[]
function M.differences(expected, got)
  local found = {}
  compare(tostring(expected.name), expected, got, found)
  table.sort(found)
  return found
end

return M
