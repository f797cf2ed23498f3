-- A document that was read and is written back unchanged is the same JSON value,
-- if this Lua holds its numbers exactly; where a model has integers or numbers,
-- whatever their length.
local core = require "roster.core"
local json = require "roster.json"
local json_value = require "spec.support.json_value"
local random_json = require "spec.support.random_json"
local replayed = require "spec.support.replayed"
local roster = require "roster"

local canonical = json_value.canonical
local HAS_INTEGERS = math.type ~= nil

local FREE_DOCUMENTS, DOCUMENTS_PER_MODEL = 2000, 12

-- what every Lua holds exactly; more for one with integers of 64 bits
local EXACT = {
  "0", "1", "-1", "42", "123456789012345", "9007199254740991", "-9007199254740991", "1.0", "-0", "-0.0", "0.5", "1e3",
  "1E+2", "25e-1", "0.1", "-0.25", "1e300", "1.7976931348623157e308", "2.2250738585072014e-308",
  "3.141592653589793", "0.30000000000000004", "100000000000000000000.0", "1e-7", "0e5", "0.000",
}
local EXACT_INTEGERS = {
  "9007199254740992", "-9007199254740992", "9007199254740993", "1234567890123456789", "9223372036854775807",
  "-9223372036854775808",
}
local LONG_INTEGERS = {
  "0", "-7", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "9223372036854775807",
  "-9223372036854775808", "9223372036854775808", "18446744073709551616", "-99999999999999999999999999999999999999",
  ("123456789"):rep(12),
}
local LONG_NUMBERS = { "1e999", "-1.5E+400", "123456789012345678901234567890" }

local function exact(source)
  if HAS_INTEGERS and source:number(3) == 1 then
    return source:pick(EXACT_INTEGERS)
  end
  return source:pick(EXACT)
end

--- JSON of any value, its numbers exact.
local function free(source, depth)
  local kind = source:number(depth > 0 and 9 or 6)
  if kind <= 2 then
    return source:string()
  elseif kind <= 4 then
    return exact(source)
  elseif kind <= 6 then
    return source:pick { "true", "false", "null", '""', "[]", "{}", '"123"', '"\239\191\189"', '"\\uFFFD\\u0000"' }
  end
  local parts = {}
  for i = 1, source:number(7) - 1 do
    local value = source:space() .. free(source, depth - 1) .. source:space()
    parts[i] = kind == 7 and value or source:space() .. source:name() .. source:space() .. ":" .. value
  end
  return (kind == 7 and "[" or "{") .. table.concat(parts, ",") .. source:space() .. (kind == 7 and "]" or "}")
end

describe("a document that is written back as it was read", function()
  it("is the same value without a model", function()
    local source = random_json.new(20261201)
    for i = 1, FREE_DOCUMENTS do
      local text = free(source, 5)
      local value, why = json.decode(text)
      assert.is_true(value ~= nil, text .. ": " .. tostring(why))
      local written = assert(json.encode(value))
      if canonical(written) ~= canonical(text) then
        error(("document %d: %s became %s"):format(i, text, written))
      end
    end
  end)

  it("is the same value from a response to a request, but for null members, which are absent", function()
    local source = random_json.new(53)
    local text
    local okta, sent = replayed.always(function()
      return replayed.json(text)
    end)
    for i = 1, FREE_DOCUMENTS do
      local opening = source:number(4)
      text = opening == 1 and "[" .. free(source, 4) .. "]"
        or '{"id":"00u1","profile":{"a":' .. free(source, 4) .. ',"b":' .. free(source, 2) .. "}}"
      local value, meta = okta:request { path = "/x" }
      assert.is_table(value, text)
      assert.is_nil(meta.repaired)
      assert(okta:request { method = "PUT", path = "/x", body = value })
      local written = sent[#sent].body
      if canonical(written) ~= canonical(text, true) then
        error(("document %d: %s became %s"):format(i, text, written))
      end
      if opening > 1 then
        assert(okta:update_user("00u1", value))
        assert.equal(canonical(text, true), canonical(sent[#sent].body))
      end
    end
  end)

  ---------------------------------------------------------------- with models

  local Writer = {}
  Writer.__index = Writer

  -- JSON of a field's value.
  function Writer:value(kind, item, model, depth, was_read)
    local source = self.source
    if kind == "integer" then
      return source:pick(LONG_INTEGERS)
    elseif kind == "number" then
      return source:number(3) == 1 and source:pick(LONG_NUMBERS) or source:number(2) == 1 and source:pick(LONG_INTEGERS)
        or exact(source)
    elseif kind == "boolean" then
      return source:pick { "true", "false" }
    elseif kind == "string" or kind == "datetime" then
      return source:string()
    elseif kind == "object" and model then
      return self:object(model, depth - 1, was_read)
    elseif kind == "array" or kind == "map" then
      local parts = {}
      for i = 1, depth > 0 and source:number(4) - 1 or 0 do
        parts[i] = (kind == "map" and '"k' .. i .. '":' or "") .. self:value(item, nil, model, depth - 1, was_read)
      end
      return (kind == "map" and "{" or "[") .. table.concat(parts, ",") .. (kind == "map" and "}" or "]")
    elseif kind == "object" then
      return '{"a":' .. free(source, 1) .. "}"
    end
    return free(source, 2)
  end

  -- The fields of the model and of the kind that it is.
  local function fields_of(catalog, model, kind)
    local fields = {}
    for _, owner in ipairs { model, kind } do
      for _, field in ipairs(catalog.models[owner].fields) do
        fields[field.name] = field
      end
    end
    return fields
  end

  function Writer:object(name, depth, was_read)
    local source, model = self.source, self.catalog.models[name]
    local parts, kind = {}, name
    if model.discriminator then
      local tags = {}
      for one in pairs(model.variants) do
        tags[#tags + 1] = one
      end
      table.sort(tags)
      local tag = source:pick(tags)
      kind = model.variants[tag]
      parts[1] = ('"%s":"%s"'):format(model.discriminator, tag)
    end
    local fields, names = fields_of(self.catalog, name, kind), {}
    for field_name in pairs(fields) do
      names[#names + 1] = field_name
    end
    table.sort(names)
    -- who has an id was read from the service
    was_read = was_read or fields.id ~= nil or fields._id ~= nil
    for _, field_name in ipairs(names) do
      local field = fields[field_name]
      local is_id = field_name == "id" or field_name == "_id"
      local wanted = field.required or is_id or depth > 0 and source:number(3) > 1
      if wanted and field_name ~= model.discriminator and (not field.read_only or was_read) then
        local value = is_id and field.type ~= "integer" and '"1"' or not is_id and source:number(12) == 1 and "null"
          or self:value(field.type, field.item, field.model, depth, was_read)
        if field.required and value == "null" then
          value = self:value(field.type, field.item, field.model, depth, was_read)
        end
        parts[#parts + 1] = ('"%s":%s'):format(field_name, value)
      end
    end
    if not model.closed then
      parts[#parts + 1] = '"custom\\u00e9":' .. free(source, 2)
    end
    return "{" .. table.concat(parts, ",") .. "}"
  end

  for _, provider in ipairs(core.providers()) do
    it("is the same value in every model of " .. provider .. ", numbers of any length included", function()
      local catalog = core.catalog(provider)
      local models = {}
      for name in pairs(catalog.models) do
        models[#models + 1] = name
      end
      table.sort(models)
      local writer = setmetatable({ source = random_json.new(1414), catalog = catalog }, Writer)
      local documents = 0
      for _, name in ipairs(models) do
        for _ = 1, DOCUMENTS_PER_MODEL do
          local text = writer:object(name, 3, false)
          local value = assert(core.decode(text, provider, name, false, true))
          local written, why = core.encode(value, provider, name, true)
          if written == nil or canonical(written) ~= canonical(text) then
            error(("%s %s: %s became %s (%s)"):format(provider, name, text, tostring(written), tostring(why)))
          end
          documents = documents + 1
        end
      end
      assert.equal(#models * DOCUMENTS_PER_MODEL, documents)
    end)
  end
end)

describe("a number of free-form data that this Lua does not hold", function()
  for _, digits in ipairs { "12345678901234567890", "-99999999999999999999", "1e400", "0.1e-9999",
    "123456789012345678901234567890.5" } do
    it("comes as its digits, and goes with roster.number: " .. digits, function()
      local okta, sent = replayed.always(replayed.json('{"id":"1","profile":{"badge":' .. digits .. "}}"))
      local user = assert(okta:get_user("1"))
      if type(user.profile.badge) == "string" then
        assert.equal(digits, user.profile.badge)
        assert(okta:update_user("1", user))
        assert.is_truthy(sent[#sent].body:find('"badge":"' .. digits .. '"', 1, true))
      end
      user.profile.badge = roster.number(digits)
      assert.equal(digits, tostring(user.profile.badge))
      assert(okta:update_user("1", user))
      assert.is_truthy(sent[#sent].body:find('"badge":' .. digits .. "}", 1, true))
    end)
  end
end)
