-- The types for editors against the catalog: every row, nothing more.

local annotations = require "spec.support.annotations"
local config = require "roster.config"
local core = require "roster.core"
local meta = require "spec.support.meta"

local known = meta.all()
local unpack = table.unpack or unpack -- luacheck: ignore 143

local SCALAR = { any = "any", string = "string", boolean = "boolean", integer = "integer", number = "number",
  datetime = "string" }

local function keys(t)
  local list = {}
  for key in pairs(t) do list[#list + 1] = key end
  table.sort(list)
  return list
end

--- Known strings are an alias with all of them; it lets others through.
local function expect_values(alias, values)
  local expected = {}
  for i, value in ipairs(values) do expected[i] = '"' .. value .. '"' end
  assert.equal("string", assert(known.aliases[alias], alias).type)
  assert.same(expected, known.aliases[alias].members)
end

for _, provider in ipairs(core.providers()) do
  local catalog = core.catalog(provider)
  local page = meta.read(meta.folder .. "/" .. provider .. ".md")
  local prefix = "roster." .. provider .. "."
  local client = known.classes[prefix .. "Client"]

  local function model_type(name)
    return prefix .. name .. (catalog.models[name].variants and ".Kind" or "")
  end

  local sides = { body = {}, returns = {} }
  local in_kinds = {}
  for name, model in pairs(catalog.models) do
    for _, kind in pairs(model.variants or {}) do in_kinds[name], in_kinds[kind] = true, true end
  end
  local function reach(side, name)
    if not name or sides[side][name] then return end
    sides[side][name] = true
    for _, field in ipairs(catalog.models[name].fields) do reach(side, field.model) end
    for _, kind in pairs(catalog.models[name].variants or {}) do reach(side, kind) end
  end
  for _, op in ipairs(catalog.operations) do
    if op.body then reach("body", op.body.model) end
    if op.returns then reach("returns", op.returns.model) end
  end

  local function only_sent(name)
    return sides.body[name] and not sides.returns[name]
  end

  --- Of what comes back, a table of tables is said to be there.
  local function said_to_be_there(name, field)
    local nested = field.type == "map" or field.type == "object" and field.model
    return nested and not field.write_only and not in_kinds[name] and not only_sent(name)
  end

  --- Does the model, or one in it, have other fields to leave out when sent?
  local function is_apart(name, seen)
    seen = seen or {}
    if seen[name] or not (sides.body[name] and sides.returns[name]) then return false end
    seen[name] = true
    for _, field in ipairs(catalog.models[name].fields) do
      if said_to_be_there(name, field) or field.model and is_apart(field.model, seen) then return true end
    end
    return false
  end

  local function sent_type(name)
    return is_apart(name) and prefix .. name .. ".Body" or model_type(name)
  end

  --- The type that a field must have, whose known strings are this alias.
  local function field_type(field, alias, named)
    local kind = field.item or field.type
    local one = SCALAR[kind]
    if field.values then
      one = alias
    elseif kind == "object" then
      one = field.model and named(field.model) or "table<string, any>"
    end
    assert(one, kind)
    return field.type == "array" and one .. "[]" or field.type == "map" and "table<string, " .. one .. ">" or one
  end

  --- The model of a list's items; false where no list comes back.
  local function items_of(op)
    if op.offset then
      for _, field in ipairs(catalog.models[op.returns.model].fields) do
        if field.name == op.offset.items then return field.model end
      end
    elseif op.returns and op.returns.list then
      return op.returns.model
    end
    return false
  end

  local function expect_options(op, method)
    local options = method.params[#method.params]
    assert.equal("options", options.name)
    local is_list = items_of(op) ~= false
    local every = is_list and "roster.ListOptions" or "roster.CallOptions"
    local required, own = false, {}
    for _, param in ipairs(op.params) do
      if param.place ~= "path" then
        own[#own + 1] = param.option
        required = required or param.required
      end
    end
    assert.equal(not required, options.optional)
    if #own == 0 then
      return assert.equal(every, options.type)
    end
    assert.equal(prefix .. op.name .. ".Options", options.type)
    local class = known.classes[options.type]
    assert.equal(every, class.parent)
    assert.same(own, class.order)
    assert.is_nil(class.index)
    for _, param in ipairs(op.params) do
      local field = param.place ~= "path" and class.fields[param.option]
      if field then
        assert.equal(not param.required, field.optional, param.option)
        local alias = options.type .. "." .. param.option
        local plain = param.values and alias or SCALAR[param.type]
        if param.values then expect_values(alias, param.values) end
        local by_style = {
          spaced = plain .. "|" .. plain .. "[]",
          commas = plain .. "|" .. plain .. "[]",
          filter = "string|string[]|{ any: string[] }",
          brackets = "string|table<string, any>",
          omit = plain .. "|" .. plain .. "[]",
        }
        assert.equal(param.style and assert(by_style[param.style], param.style) or plain, field.type, param.option)
      end
    end
  end

  local function expect_returns(op, method)
    local item = items_of(op)
    if item ~= false then
      return assert.same({ item and prefix .. item .. ".List" or "roster.List" }, method.returns)
    end
    local value = op.returns and model_type(op.returns.model) .. "?" or "true|roster.Request|nil"
    assert.same({ value, "string|roster.Meta", "roster.Error" }, method.returns)
  end

  describe("types of " .. provider, function()
    it("have a method for each operation and for each older name, and no other", function()
      local expected = {}
      for _, op in ipairs(catalog.operations) do
        expected[op.name] = false
        for _, alias in ipairs(op.aliases or {}) do
          expected[alias] = true
          assert.same(client.methods[op.name].params, client.methods[alias].params)
          assert.same(client.methods[op.name].returns, client.methods[alias].returns)
        end
      end
      assert.same(keys(expected), keys(client.methods))
      for name, old in pairs(expected) do
        assert.equal(old, client.methods[name].deprecated or false, name)
      end
      assert.equal("roster.Client", client.parent)
    end)

    for _, op in ipairs(catalog.operations) do
      it("know what " .. op.name .. " takes and returns", function()
        local method = client.methods[op.name]
        local place = 0
        for _, param in ipairs(op.params) do
          if param.place == "path" then
            place = place + 1
            local told = method.params[place]
            assert.same({ param.option, "string|integer", false }, { told.name, told.type, told.optional })
          end
        end
        if op.body then
          place = place + 1
          local told = method.params[place]
          local wraps = catalog.models[op.body.model].wraps
          assert.equal("body", told.name)
          assert.equal((wraps and "string|" or "") .. sent_type(op.body.model), told.type)
          assert.equal(not op.body.required, told.optional)
        end
        assert.equal(place + 1, #method.params)
        expect_options(op, method)
        expect_returns(op, method)
      end)
    end

    it("have a reference that counts each call where the core does", function()
      local settings = assert(config.read(provider, { sandbox = true, check = false }))
      local connection = assert(core.client(provider, settings))
      for _, op in ipairs(catalog.operations) do
        local args, options, count = {}, {}, 0
        for _, param in ipairs(op.params) do
          if param.place == "path" then
            count = count + 1
            args[count] = "1"
          elseif param.required then
            options[param.option] = true
          end
        end
        if op.body then
          count = count + 1
          args[count] = { x = 1 }
        end
        args[count + 1] = options
        local call = core.call(connection, op.name, unpack(args, 1, count + 1))
        assert.is_truthy(call, op.name)
        assert.equal(call:bucket(), op.bucket, op.name)
        local said = page:match("\n### " .. op.name .. "\n.-\n%- Rate bucket: (.-)\n")
        assert.equal("`" .. op.bucket .. "`", said)
      end
    end)

    it("have a class for each model, and for nothing else", function()
      local expected, found = {}, {}
      for name in pairs(catalog.models) do
        expected[prefix .. name] = true
        if is_apart(name) then expected[prefix .. name .. ".Body"] = true end
      end
      for name, class in pairs(known.classes) do
        if class.file == provider .. "_models.lua" then found[name] = true end
      end
      assert.same(keys(expected), keys(found))
    end)

    for name, model in pairs(catalog.models) do
      it("know the fields of " .. name, function()
        local order = {}
        for i, field in ipairs(model.fields) do order[i] = field.name end
        local function expect_class(class, named, is_optional)
          assert.same(order, class.order)
          assert.equal(not model.closed and "any" or nil, class.index)
          for _, field in ipairs(model.fields) do
            local told = class.fields[field.name]
            local alias = prefix .. name .. "." .. field.name:gsub("-", "_")
            assert.equal(field_type(field, alias, named), told.type, field.name)
            assert.equal(is_optional(field), told.optional, field.name)
            if field.values then expect_values(alias, field.values) end
          end
        end
        local function need_not_be_sent(field)
          return field.read_only or not field.required
        end
        local function need_not_be_there(field)
          return need_not_be_sent(field) and not said_to_be_there(name, field)
        end
        local sent = is_apart(name) and known.classes[prefix .. name .. ".Body"]
        if sent then
          expect_class(sent, sent_type, need_not_be_sent)
          assert.equal(sent.name, known.classes[prefix .. name].parent)
        end
        expect_class(known.classes[prefix .. name], only_sent(name) and sent_type or model_type, need_not_be_there)
        local kinds = {}
        for _, kind in pairs(model.variants or {}) do
          kinds[#kinds + 1] = prefix .. kind
          assert.equal(prefix .. name, known.classes[prefix .. kind].parent)
        end
        local alias = known.aliases[prefix .. name .. ".Kind"]
        assert.equal(model.variants ~= nil, alias ~= nil)
        if alias then
          assert.equal(prefix .. name, alias.type)
          table.sort(kinds)
          table.sort(alias.members)
          assert.same(kinds, alias.members)
        end
      end)
    end

    it("have a list for each kind of item, typed alike in all of its methods", function()
      local lists = {}
      for _, op in ipairs(catalog.operations) do
        local item = items_of(op)
        if item then lists[prefix .. item .. ".List"] = prefix .. item end
      end
      local found = {}
      for name in pairs(known.classes) do
        if name:sub(1, #prefix) == prefix and name:find("%.List$") then found[name] = true end
      end
      assert.same(keys(lists), keys(found))
      local base = keys(known.classes["roster.List"].methods)
      for name, item in pairs(lists) do
        assert.equal("fun(): " .. item .. "?", known.classes[name].call)
        local methods = annotations.methods(known, name)
        assert.same(base, keys(methods))
        assert.equal(item .. "[]?", methods.page.returns[1])
        assert.equal(item .. "[]?", methods.all.returns[1])
        assert.equal(item .. "?", methods.first.returns[1])
        assert.equal("fun(): " .. item .. "[]?", methods.pages.returns[1])
      end
    end)
  end)
end
