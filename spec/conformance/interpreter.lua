-- What a row of the conformance tables means. A row says what one call sends and
-- what becomes of the answer, written by hand:
--
--   name     of the operation
--   args     of the call; "$user" stands for an id that is called user;
--            n where one of them is nil
--   sends    method and path, ids and all not yet encoded
--   query    name = value, or a list of { name, value }; none when absent
--   headers  name = value besides the usual ones; false: must not be there
--   body     decoded; none when absent
--   answer   { status, body, headers }
--   value    what the call returns; of a list, the first page
--   given    over HTTP: the name of what must be there first, see `givens`
--   effect   over HTTP: function(t, value) that reads back what was changed
local assert = require "luassert"
local json = require "roster.json"
local replay = require "roster.transport.replay"
local roster = require "roster"
local unpack = table.unpack or unpack
local wire = require "spec.support.wire"

local M = {}

local VERBS_WITH_LENGTH = { POST = true, PUT = true }

local function fill(value, ids)
  if type(value) == "table" then
    local filled = setmetatable({}, getmetatable(value))
    for k, v in pairs(value) do
      filled[k] = fill(v, ids)
    end
    return filled
  elseif type(value) == "string" and value:find("^%$[%l_]+$") then
    local id = ids[value:sub(2)]
    assert.is_not_nil(id, "no id for " .. value)
    return id
  end
  return value
end

--- Calls the row's operation; a list is asked for one page.
---@return any value, table|string meta, table? detail
function M.call(client, row, ids)
  local args = fill(row.args or {}, ids)
  local method = client[row.name]
  local value, meta, detail = method(client, unpack(args, 1, args.n or #args))
  if type(value) == "table" and type(value.page) == "function" then
    return value:page()
  end
  return value, meta, detail
end

local function as_text(query)
  local lines = {}
  for name, value in pairs(query) do
    local pair = type(value) == "table" and value or { name, value }
    lines[#lines + 1] = pair[1] .. "=" .. pair[2]
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function segments_of(path, ids)
  local segments = {}
  for segment in path:gmatch("[^/]+") do
    segments[#segments + 1] = tostring(fill(segment, ids))
  end
  return segments
end

local function check_headers(service, row, request)
  local expected = { Accept = "application/json" }
  for name, value in pairs(service.headers) do
    expected[name] = value
  end
  expected["Content-Type"] = row.body ~= nil and "application/json" or false
  expected["Content-Length"] = row.body == nil and VERBS_WITH_LENGTH[request.method] and "0" or false
  for name, value in pairs(row.headers or {}) do
    expected[name] = value
  end
  for name, value in pairs(expected) do
    assert.equal(value or nil, wire.header(request, name), name)
  end
  assert.matches("^roster/", wire.header(request, "User-Agent"))
end

local function check_request(service, row, request, ids)
  local method, path = row.sends:match("^(%u+) (/.*)$")
  local seen = wire.parse(request.url)
  assert.equal(method, request.method)
  assert.equal(service.origin, seen.origin)
  assert.same(segments_of(path, ids), seen.segments)
  assert.equal(as_text(fill(row.query or {}, ids)), as_text(seen.query))
  check_headers(service, row, request)
  if row.body == nil then
    assert.is_nil(request.body)
  else
    assert.same(fill(row.body, ids), assert(json.decode(request.body)))
  end
end

--- Runs the row on a scripted transport.
---@param service table of spec.conformance.services
function M.replay(service, row)
  local status, body, headers = unpack(row.answer, 1, 3)
  local answer = { status = status, headers = { ["Content-Type"] = body and "application/json" }, body = body }
  for name, value in pairs(headers or {}) do
    answer.headers[name] = value
  end
  local transport = replay.new { answer }
  local options = { transport = transport }
  for name, value in pairs(service.options) do
    options[name] = value
  end
  local client = roster[service.name](options)
  local value, meta = M.call(client, row, service.ids)
  assert.is_not_nil(value, meta)
  assert.equal(1, #transport.requests)
  check_request(service, row, transport.requests[1], service.ids)
  assert.same(row.value, value)
  assert.equal(status, meta.status)
end

--- Runs the row against a sandbox. `t` holds client, what else the service's
--- givens want, and takes the row's ids.
---@param service table
---@param t table
---@param statuses table<integer, boolean>|nil documented ones; nil: any success
function M.serve(service, t, row, statuses)
  local given = row.given and service.givens[row.given]
  assert.is_true(given ~= nil or row.given == nil, "nothing is called " .. tostring(row.given))
  t.ids = given and given(t) or {}
  local value, meta = M.call(t.client, row, t.ids)
  assert.is_not_nil(value, meta)
  if statuses then
    assert.is_true(statuses[meta.status], "status " .. meta.status .. " is not documented")
  end
  assert.is_true(meta.status >= 200 and meta.status <= 299)
  if row.effect then
    row.effect(t, value)
  end
end

return M
