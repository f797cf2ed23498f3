-- Calls of every operation, with a marked secret in every place of their bodies
-- and answers where the catalog knows of one, and clients with marked credentials.
local core = require "roster.core"
local json = require "roster.json"
local roster = require "roster"
local search = require "spec.canary.search"

local M = {}

local unpack = table.unpack or unpack -- luacheck: ignore 143

M.services = { "jumpcloud", "knetik", "okta" }

M.url = "https://service.test"

-------------------------------------------------------------------- secrets

-- What a secret may look like; some need escapes in JSON, some are long.
local FORMS = {
  "pl+a/i~n=",
  'pw "quoted" \\ /back/ \195\169 \'x\'', "two lines\nand a tab\t", "$2a$10$" .. ("h"):rep(400), "a&b=c%41+d",
  "<b>{}</b>", "\226\130\172\240\159\152\128", " spaces ", "%25%41&amp;\\n+",
}

local count = 0

--- A new secret; `form` 1 is what a header can hold.
---@param form integer?
---@return string
function M.secret(form)
  count = count + 1
  return ("%s%d-%s-%d%s"):format(search.MARK, count, FORMS[form or count % #FORMS + 1], count, search.MARK)
end

--------------------------------------------------------------------- bodies

local MOST_DEPTH = 5

local catalogs = {}

local function catalog_of(service)
  catalogs[service] = catalogs[service] or core.catalog(service)
  return catalogs[service]
end

local SAMPLES = { boolean = true, integer = 3, number = 1.5, datetime = "2024-01-01T00:00:00.000Z", any = "text" }

local build

-- One value of this kind.
local function sample(plan, kind, field, depth)
  if field.model then
    return build(plan, field.model, depth + 1)
  elseif kind == "string" then
    return field.values and field.values[1] or "text"
  elseif kind == "object" then
    return { any = "text" }
  end
  return SAMPLES[kind]
end

local function value_of(plan, field, depth)
  if field.secret then
    local secret = plan.take()
    return secret
  elseif field.type == "array" then
    local item = sample(plan, field.item, field, depth)
    return item ~= nil and json.array { item } or nil
  elseif field.type == "map" then
    local item = sample(plan, field.item, field, depth)
    return item ~= nil and { key = item } or nil
  end
  return sample(plan, field.type, field, depth)
end

-- A value of the model with all of its fields; nil where it cannot be known.
function build(plan, name, depth)
  local model = plan.models[name]
  if depth > MOST_DEPTH or not model or model.variants or plan.inside[name] then
    return nil
  elseif model.wraps then
    return value_of(plan, model.fields[1], depth)
  end
  local value = {}
  plan.inside[name] = true
  for _, field in ipairs(model.fields or {}) do
    if not (plan.is_request and field.read_only) then
      value[field.name] = value_of(plan, field, depth)
    end
  end
  plan.inside[name] = nil
  return value
end

--- A value of the model, and the secrets in it. `spoil`, called with the number of
--- a secret and it, gives what is put in its place.
local function planted(service, model, is_request, spoil)
  local plan = { models = catalog_of(service).models, inside = {}, secrets = {}, is_request = is_request }
  function plan.take()
    local secret = M.secret()
    plan.secrets[#plan.secrets + 1] = secret
    return spoil and spoil(#plan.secrets, secret) or secret
  end
  return build(plan, model, 0), plan.secrets
end

---------------------------------------------------------------------- calls

local function argument(param)
  if param.type == "integer" then
    return 7
  elseif param.type == "boolean" then
    return true
  end
  return param.values and param.values[1] or "me"
end

--- Each operation of the service: { name, row, has_secrets, run, answer }.
--- `run(client, options, spoil)` calls it, and asks a list for its first page;
--- `answer()` is a body with a secret wherever an answer may have one, and these.
---@param service string
---@return table[]
function M.operations(service)
  local catalog, list = catalog_of(service), {}
  local options_at = {}
  for _, method in ipairs(core.methods(service).operations) do
    options_at[method.name] = method.options_at
  end
  for _, row in ipairs(catalog.operations) do
    local op = { name = row.name, row = row, options_at = options_at[row.name] }

    -- arguments without the options
    local function arguments(spoil)
      local args = {}
      for _, param in ipairs(row.params) do
        if param.place == "path" then
          args[#args + 1] = argument(param)
        end
      end
      local secrets = {}
      if row.body then
        args[op.options_at - 1], secrets = planted(service, row.body.model, true, spoil)
      end
      return args, secrets
    end

    op.secrets = #select(2, arguments())

    function op.run(client, options, spoil)
      local args, given = arguments(spoil), {}
      for _, param in ipairs(row.params) do
        given[param.option or param.name] = param.required and param.place ~= "path" and argument(param) or nil
      end
      for name, value in pairs(options or {}) do
        given[name] = value
      end
      args[op.options_at] = given
      local value, message, detail = client[op.name](client, unpack(args, 1, op.options_at))
      if type(value) == "table" and getmetatable(value) and getmetatable(value).__name == "roster.list" then
        return value:page()
      end
      return value, message, detail
    end

    function op.answer()
      local returns = row.returns
      if not returns then
        return nil, {}
      end
      local value, secrets = planted(service, returns.model, false)
      if value == nil then
        value = {}
      end
      return assert(json.encode(returns.list and json.array { value } or value)), secrets
    end

    list[#list + 1] = op
  end
  return list
end

-------------------------------------------------------------------- clients

local TOKEN = M.secret(1)

local KINDS = {
  okta = {
    token = { token = TOKEN },
    ["a token function"] = { token = function() return TOKEN end },
    access_token = { access_token = TOKEN },
    ["an assertion"] = { client_id = "app", scopes = "okta.users.manage okta.users.read", algorithm = "ES256",
      signer = function()
        return TOKEN .. ("s"):rep(64 - #TOKEN)
      end },
  },
  knetik = {
    token = { token = TOKEN },
    ["client credentials"] = { client_id = "app", client_secret = M.secret() },
    ["a password"] = { client_id = "app", client_secret = M.secret(), username = "admin", password = M.secret() },
  },
  jumpcloud = {
    api_key = { api_key = TOKEN },
  },
}

--- Names of the ways in which clients of the service get in, sorted.
function M.kinds(service)
  local names = {}
  for name in pairs(KINDS[service]) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- The way in that each service has.
function M.default(service)
  return catalog_of(service).credential
end

--- A client with one further attempt, and where it has a transport a clock that
--- costs no time. `seen` gets what its hooks are given.
---@param service string
---@param kind string?
---@param transport function|table|nil
---@param options table?
---@return table client, table seen
function M.client(service, kind, transport, options)
  local now, seen = 1000, {}
  local settings = { url = M.url, transport = transport, max_retries = 1, timeout = 60 }
  settings.clock = transport and { now = function() return now end, wall = function() return 1700000000 + now end,
    random = function() return 0.5 end, sleep = function(seconds)
      now = now + seconds
    end }
  for name, value in pairs(KINDS[service][kind or M.default(service)]) do
    settings[name] = value
  end
  for _, name in ipairs { "on_request", "on_response", "on_retry", "on_wait", "on_warning" } do
    settings[name] = function(...)
      seen[#seen + 1] = { name, ... }
    end
  end
  for name, value in pairs(options or {}) do
    settings[name] = value
  end
  return roster[service](settings), seen
end

--- Is it the token endpoint that is asked?
function M.is_token_request(request)
  return request.method == "POST" and request.url:find("/oauth2?/[%w/]*token$") ~= nil
end

--- A token endpoint's answer.
function M.token_answer()
  return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = assert(json.encode {
    access_token = M.secret(1), refresh_token = M.secret(), token_type = "bearer", expires_in = 3600 }) }
end

return M
