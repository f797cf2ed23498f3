-- Every operation, called with all of its arguments, sends what its row says.
local core = require "roster.core"
local replayed = require "spec.support.replayed"
local wire = require "spec.support.wire"
local unpack = table.unpack or unpack

local catalog = core.catalog("okta")

-- Values in which a missing or a doubled encoding would show.
local SCALARS = { string = "a+b &c=%22 \195\169", boolean = false, integer = 7, any = "x" }

local function scalar_for(param)
  return param.values and param.values[1] or SCALARS[param.type]
end

--- A value for a field: members that the model requires and a caller may set.
local function value_for(field)
  if field.type == "object" and field.model then
    local object = {}
    for _, member in ipairs(catalog.models[field.model].fields) do
      if member.required and not member.read_only then
        object[member.name] = value_for(member)
      end
    end
    return object
  elseif field.type == "array" then
    return { value_for { type = field.item, model = field.model } }
  end
  return SCALARS[field.type] or {}
end

--- The first field of the model that a caller may set.
local function settable(model)
  for _, field in ipairs(catalog.models[model].fields) do
    if not field.read_only then
      return field
    end
  end
end

--- The arguments of a call with everything, and what should come of them.
local function arguments_for(op)
  local expected = { segments = {}, query = {}, headers = {} }
  local args, ids, options = {}, {}, {}
  for i, param in ipairs(op.params) do
    if param.place == "path" then
      args[#args + 1] = ("id %d+%%2F#\195\169"):format(i)
      ids[param.name] = args[#args]
    elseif param.style == "omit" then -- luacheck: ignore 542
      -- writes the same header as content_type: see omit_spec.lua
    else
      local value = scalar_for(param)
      options[param.option] = value
      if param.place == "query" then
        expected.query[#expected.query + 1] = { param.name, tostring(value) }
      else
        expected.headers[param.name] = param.values and param.values[1] or "x/y z"
        options[param.option] = expected.headers[param.name]
      end
    end
  end
  for segment in op.path:gmatch("[^/]+") do
    local name = segment:match("^{(.*)}$")
    expected.segments[#expected.segments + 1] = name and ids[name] or segment
  end
  if op.body then
    local body = value_for { type = "object", model = op.body.model }
    -- one that says nothing is refused
    local field = settable(op.body.model)
    body[field.name] = body[field.name] or value_for(field)
    args[#args + 1] = body
  end
  args[#args + 1] = options
  return args, expected
end

local function send(op, name, args)
  local list = op.returns and op.returns.list
  local okta, sent = replayed.client { replayed.json(list and "[]" or "{}") }
  local value, message
  if list then
    value, message = okta[name](okta, unpack(args)):page()
  else
    value, message = okta[name](okta, unpack(args))
  end
  assert.is_not_nil(value, message)
  assert.equal(1, #sent)
  return sent[1]
end

describe("the operations of the catalog", function()
  it("are all there", function()
    assert.equal(51, #catalog.operations)
  end)

  for _, op in ipairs(catalog.operations) do
    it(op.name .. " sends its method, path, query and headers", function()
      local args, expected = arguments_for(op)
      local request = send(op, op.name, args)
      local seen = wire.parse(request.url)
      assert.equal(op.method, request.method)
      assert.equal(replayed.url, seen.origin)
      assert.same(expected.segments, seen.segments)
      assert.same(expected.query, seen.query)
      for name, value in pairs(expected.headers) do
        assert.equal(value, wire.header(request, name))
      end
      assert.equal(op.body ~= nil, request.body ~= nil)
    end)

    it(op.name .. " sends no query and no header of its own unasked", function()
      local args = arguments_for(op)
      local options = {}
      for _, param in ipairs(op.params) do
        if param.place ~= "path" and param.required then
          options[param.option] = scalar_for(param)
        end
      end
      args[#args] = next(options) and options or nil
      local request = send(op, op.name, args)
      local seen = wire.parse(request.url)
      for _, param in ipairs(op.params) do
        if param.place == "query" then
          assert.equal(param.required, seen.params[param.name] ~= nil, param.name)
        elseif param.place == "header" and param.name ~= "Content-Type" then
          assert.is_nil(wire.header(request, param.name))
        end
      end
    end)
  end

  for _, op in ipairs(catalog.operations) do
    for _, alias in ipairs(op.aliases or {}) do
      it(alias .. " sends what " .. op.name .. " sends", function()
        local request = send(op, op.name, (arguments_for(op)))
        assert.same(request, send(op, alias, (arguments_for(op))))
      end)
    end
  end
end)
