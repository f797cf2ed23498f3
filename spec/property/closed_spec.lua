-- Every member that the documents give to a body passes in their spelling, alone
-- and together, and is refused with a suggestion in another one.
local core = require "roster.core"
local facts = require "spec.support.facts"

-- Values that each type takes.
local SCALARS = { string = "a", datetime = "2020-01-01T00:00:00Z", boolean = true, integer = 7, number = 1.5, any = 1 }

local function copy_with(members, name, value)
  local copy = {}
  for key, member in pairs(members) do
    copy[key] = member
  end
  copy[name] = value
  return copy
end

for _, service in ipairs(core.providers()) do
  local expected = facts[service]()
  local models = expected.models
  local value_of

  -- The members that a body of the model cannot do without.
  local function required_of(model, tag)
    local body = {}
    for name, field in pairs(model.fields) do
      if field.required and not field.read_only then
        body[name] = tag and name == model.discriminator and tag or value_of(field)
      end
    end
    return body
  end

  function value_of(field)
    local function of(type_, model)
      if type_ == "object" then
        -- every kind has "type" only in common, and this one no more
        local tag = model and models[model].variants and "text"
        return model and required_of(models[model], tag) or {}
      end
      return SCALARS[type_]
    end
    if field.type == "array" then
      return { of(field.item, field.model) }
    elseif field.type == "map" then
      return { own = of(field.item, field.model) }
    end
    return of(field.type, field.model)
  end

  -- Other spellings of a name: snake, camel, capitals, with dashes.
  local function respelt(name)
    local snake = name:gsub("(%l)(%u)", "%1_%2"):lower()
    local camel = name:gsub("_(%l)", string.upper)
    return { snake, camel, name:upper(), (snake:gsub("_", "-")), name:sub(1, 1):upper() .. name:sub(2) }
  end

  describe("the documented members of " .. service, function()
    local reached = {}
    local function reach(name)
      if name and not reached[name] then
        reached[name] = true
        for _, field in pairs(models[name].fields) do
          reach(field.model)
        end
        for _, kind in pairs(models[name].variants or {}) do
          reach(kind)
        end
      end
    end
    for _, op in pairs(expected.operations) do
      reach(op.body and op.body.model)
    end
    for name in pairs(reached) do
      local model = models[name]

      it("pass alone and together: " .. name, function()
        local base, all = required_of(model), { id = "1" }
        for field_name, field in pairs(model.fields) do
          local value = value_of(field)
          all[field_name] = value
          if not field.read_only then
            assert.is_string((assert(core.encode(copy_with(base, field_name, value), service, name, true))))
          end
        end
        if not model.fields.id then
          all.id = nil
        end
        for field_name, field in pairs(model.fields) do
          if field.read_only and not model.fields.id then
            all[field_name] = nil
          end
        end
        assert.is_string((assert(core.encode(all, service, name, true))))
      end)

      it("are " .. (model.closed and "closed" or "open") .. " to others: " .. name, function()
        local text, message = core.encode(copy_with(required_of(model), "zzqqxxyy", 1), service, name, true)
        local is_closed = model.closed and not model.variants
        assert.equal(not is_closed, text ~= nil)
        assert.equal(is_closed, message ~= nil and message:find("^body%.zzqqxxyy: unknown member") ~= nil)
      end)

      if model.closed and not model.variants then
        it("are suggested in another spelling: " .. name, function()
          for field_name, field in pairs(model.fields) do
            for _, other in ipairs(respelt(field_name)) do
              if not model.fields[other] and not field.read_only then
                local body = copy_with(required_of(model), other, value_of(field))
                local text, message = core.encode(body, service, name, true)
                assert.is_nil(text)
                assert.is_truthy(message:find('unknown member, did you mean "' .. field_name .. '"?', 1, true), message)
              end
            end
          end
        end)
      end
    end
  end)
end
