local core = require "roster.core"
local unpack = unpack or table.unpack
local facts = require "spec.support.facts"

-- What every call takes, now or later: a query parameter of that name could
-- not be reached.
local call_options = { "deadline", "if_match", "max_retries" }
for _, option in ipairs(core.call_options()) do
  call_options[#call_options + 1] = option.name
end

local types = {
  any = true, string = true, boolean = true, integer = true, number = true,
  datetime = true, object = true, array = true, map = true,
}

local function one_line(text, longest)
  return text ~= "" and #text <= longest and not text:find("[%c]")
    and not text:find("^%s") and not text:find("%s$")
    and not text:find("%.$")
end

-- Strictly rising, so also unique; byte order whatever the locale.
local function assert_sorted(names, where)
  for i = 2, #names do
    local a, b = names[i - 1], names[i]
    local n = 1
    while n <= #a and a:byte(n) == b:byte(n) do
      n = n + 1
    end
    assert.is_true((a:byte(n) or -1) < (b:byte(n) or -1),
      ("%s: %s before %s"):format(where, a, b))
  end
end

local function assert_values(values, where)
  if values == nil then
    return
  end
  local seen = {}
  assert.is_true(#values > 0, where)
  for _, value in ipairs(values) do
    assert.is_nil(seen[value], where .. ": " .. value .. " twice")
    seen[value] = true
  end
end

local function models_of(op)
  return { op.body and op.body.model, op.returns and op.returns.model }
end

for _, name in ipairs(core.providers()) do
  describe("the catalog of " .. name, function()
    local catalog = core.catalog(name)

    it("agrees with the recorded facts in every row", function()
      local expected = facts[name]()
      local got = facts.reflected(core.catalog(name))
      assert.same({}, facts.differences(expected, got))
    end)

    it("has a name and no alias twice, and is sorted", function()
      local seen, names = {}, {}
      for i, op in ipairs(catalog.operations) do
        names[i] = op.name
        for _, given in ipairs { op.name, unpack(op.aliases or {}) } do
          assert.is_nil(seen[given], given .. " twice")
          seen[given] = true
        end
      end
      assert_sorted(names, name)
    end)

    it("spells methods' names so that Lua and a prompt take them", function()
      for _, op in ipairs(catalog.operations) do
        assert.truthy(op.name:find("^%l[%l%d_]*$"), op.name)
      end
    end)

    it("describes each operation in one line, and what surprises", function()
      for _, op in ipairs(catalog.operations) do
        assert.is_true(one_line(op.summary, 60), op.name)
        assert.is_true(op.note == nil or one_line(op.note, 130), op.name)
        for _, param in ipairs(op.params) do
          assert.is_true(param.note == nil or one_line(param.note, 100),
            op.name .. " " .. param.name)
        end
      end
    end)

    it("declares each template's parameters, in order, and no other", function()
      for _, op in ipairs(catalog.operations) do
        local template, declared = {}, {}
        for param in op.path:gmatch("{([^{}]*)}") do
          template[#template + 1] = param
        end
        for _, param in ipairs(op.params) do
          if param.place == "path" then
            declared[#declared + 1] = param.name
            assert.is_true(param.required, op.name .. " " .. param.name)
          end
        end
        assert.same(template, declared, op.name)
        assert.truthy(op.path:gsub("{%w[%w_]*}", "x"):find("^/[%w/_%-]*[^/]$"),
          op.name .. ": " .. op.path)
      end
    end)

    it("puts path before query before header", function()
      local rank = { path = 1, query = 2, header = 3 }
      for _, op in ipairs(catalog.operations) do
        local before = 1
        for _, param in ipairs(op.params) do
          assert.is_true(rank[param.place] >= before,
            op.name .. " " .. param.name)
          before = rank[param.place]
        end
      end
    end)

    it("reaches each parameter by an option of its own", function()
      for _, op in ipairs(catalog.operations) do
        local taken = {}
        for _, option in ipairs(call_options) do
          taken[option] = true
        end
        -- the header has its own option, which is that of the call
        taken.if_match = nil
        for _, param in ipairs(op.params) do
          local where = op.name .. " " .. param.name
          assert.truthy(param.option:find("^%l[%l%d_]*$"), where)
          assert.is_nil(taken[param.option], where .. ": option taken")
          taken[param.option] = true
          assert.is_false(param.option == "if_match"
            and param.place ~= "header", where)
        end
      end
    end)

    it("types each parameter as something a URL or header holds", function()
      for _, op in ipairs(catalog.operations) do
        for _, param in ipairs(op.params) do
          local where = op.name .. " " .. param.name
          assert.truthy(({
            string = true, boolean = true, integer = true, number = true,
          })[param.type], where)
          assert_values(param.values, where)
        end
      end
    end)

    it("sets a retry class and a way of paging everywhere", function()
      for _, op in ipairs(catalog.operations) do
        assert.truthy(({ safe = true, idempotent = true, unsafe = true })
          [op.retry], op.name)
        assert.is_false(op.retry == "safe" and op.method ~= "GET", op.name)
        assert.truthy(({ whole = true, link = true, offset = true })
          [op.paging], op.name)
        if op.paging == "whole" then
          assert.is_nil(op.page_default, op.name)
          assert.is_nil(op.page_max, op.name)
        end
        if op.page_max then
          assert.is_true(op.page_default <= op.page_max, op.name)
        end
        assert.equal(op.paging == "offset", op.offset ~= nil, op.name)
      end
    end)

    it("finds an offset's parameters and fields in the rows", function()
      for _, op in ipairs(catalog.operations) do
        if op.offset then
          local params, fields = {}, {}
          for _, param in ipairs(op.params) do
            params[param.name] = param.place .. " " .. param.type
          end
          for _, field in ipairs(catalog.models[op.returns.model].fields) do
            fields[field.name] = field.type
          end
          assert.equal("query integer", params[op.offset.start], op.name)
          assert.equal("query integer", params[op.offset.size], op.name)
          assert.equal("array", fields[op.offset.items], op.name)
          assert.equal("integer", fields[op.offset.total], op.name)
          assert.equal(op.offset.last and "boolean", op.offset.last and fields[op.offset.last], op.name)
        end
      end
    end)

    it("takes a body only where the method has one", function()
      for _, op in ipairs(catalog.operations) do
        if op.body then
          assert.truthy(({ POST = true, PUT = true, PATCH = true })
            [op.method], op.name)
        end
      end
    end)

    it("sorts each model's fields and names each known value once", function()
      for model_name, model in pairs(catalog.models) do
        local names = {}
        assert.equal(model_name, model.name)
        for i, field in ipairs(model.fields) do
          local where = model_name .. "." .. field.name
          names[i] = field.name
          assert.is_true(types[field.type], where)
          assert_values(field.values, where)
          assert.is_false(field.read_only and field.write_only, where)
        end
        assert_sorted(names, model_name)
      end
    end)

    it("says of each field what it holds, and only what can be", function()
      for model_name, model in pairs(catalog.models) do
        for _, field in ipairs(model.fields) do
          local where = model_name .. "." .. field.name
          local holder = field.type == "array" or field.type == "map"
          assert.equal(holder, field.item ~= nil, where)
          if field.model then
            assert.is_true((field.item or field.type) == "object", where)
          end
          if field.values then
            assert.is_true((field.item or field.type) == "string", where)
          end
        end
      end
    end)

    it("tells kinds apart by a field that all of them have", function()
      for model_name, model in pairs(catalog.models) do
        assert.equal(model.discriminator ~= nil, model.variants ~= nil,
          model_name)
        for tag, kind in pairs(model.variants or {}) do
          local types_of = {}
          for _, field in ipairs(catalog.models[kind].fields) do
            types_of[field.name] = field.type
          end
          assert.equal("string", types_of[model.discriminator],
            model_name .. " " .. tag)
        end
        if model.wraps then
          assert.equal(1, #model.fields, model_name)
          assert.equal("string", model.fields[1].type, model_name)
        end
      end
    end)

    it("exports every model that a row refers to", function()
      local function known(model, where)
        assert.truthy(catalog.models[model], where .. ": " .. model)
      end
      for _, op in ipairs(catalog.operations) do
        for _, model in pairs(models_of(op)) do
          known(model, op.name)
        end
      end
      for model_name, model in pairs(catalog.models) do
        for _, field in ipairs(model.fields) do
          if field.model then
            known(field.model, model_name .. "." .. field.name)
          end
        end
        for tag, kind in pairs(model.variants or {}) do
          known(kind, model_name .. " " .. tag)
        end
      end
    end)

    it("exports no model that nothing leads to", function()
      local reached = {}
      local function visit(model_name)
        if reached[model_name] then
          return
        end
        reached[model_name] = true
        local model = catalog.models[model_name]
        for _, field in ipairs(model.fields) do
          if field.model then
            visit(field.model)
          end
        end
        for _, kind in pairs(model.variants or {}) do
          visit(kind)
        end
      end
      for _, op in ipairs(catalog.operations) do
        for _, model in pairs(models_of(op)) do
          visit(model)
        end
      end
      for model_name in pairs(catalog.models) do
        assert.is_true(reached[model_name] or facts.unreached[model_name],
          model_name)
      end
    end)
  end)
end

describe("okta's catalog", function()
  local catalog = core.catalog("okta")

  it("has the 51 operations, the 4 older names and the 88 models", function()
    local aliases, models = 0, 0
    for _, op in ipairs(catalog.operations) do
      aliases = aliases + #(op.aliases or {})
    end
    for _ in pairs(catalog.models) do
      models = models + 1
    end
    assert.same({ 51, 4, 88 }, { #catalog.operations, aliases, models })
  end)

  it("warns of what erases, hides or mails", function()
    local notes = {}
    for _, op in ipairs(catalog.operations) do
      notes[op.name] = op.note or ""
    end
    assert.truthy(notes.update_user:find("erases", 1, true))
    assert.truthy(notes.deactivate_or_delete_user:find("two calls", 1, true))
    assert.truthy(notes.list_users:find("DEPROVISIONED", 1, true))
    assert.truthy(notes.activate_user:find("send_email", 1, true))
  end)
end)

describe("the core's reflection", function()
  it("is loaded once and says its version", function()
    package.loaded["roster.core"] = nil
    local again = require "roster.core"
    package.loaded["roster.core"] = core
    assert.equal(core._VERSION, again._VERSION)
    assert.truthy(core._VERSION:find("^%d+%.%d+%.%d+"))
    assert.same(core.catalog("okta"), again.catalog("okta"))
  end)

  it("hands out tables that are the caller's to change", function()
    local mine = core.catalog("okta")
    mine.operations[1].name = "changed"
    mine.models.User.fields = nil
    assert.equal("activate_user", core.catalog("okta").operations[1].name)
    assert.is_table(core.catalog("okta").models.User.fields)
    local names = core.providers()
    names[1] = "changed"
    assert.not_same(names, core.providers())
  end)

  it("names the providers it knows when asked for another", function()
    local ok, message = pcall(function()
      local _ = core.catalog("octa")
    end)
    assert.is_false(ok)
    assert.truthy(message:find("octa", 1, true))
    assert.truthy(message:find("okta", 1, true))
    assert.truthy(message:find("catalog_spec", 1, true))
  end)

  it("refuses what is no name", function()
    for _, bad in ipairs { {}, true, "", "okta\0" } do
      assert.is_false((pcall(core.catalog, bad)))
    end
    assert.is_false((pcall(core.catalog)))
  end)
end)
