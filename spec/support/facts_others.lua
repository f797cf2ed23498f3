-- What JumpCloud's and Knetik's rows should say, worked out from their files in
-- spec/fixtures, which have one form. What no document tells (retry classes,
-- secrets, who may be named in a path) is decided here a second time.
local fixture = require "spec.support.fixture"

local given, set, sorted = fixture.given, fixture.set, fixture.sorted

local unsafe = set {
  "users_reactivate_get", -- a GET that sends mail
}

local secrets = set {
  "NewPasswordRequest.password",
  "NewPasswordRequest.secret",
  "OAuth2Resource.access_token",
  "OAuth2Resource.refresh_token",
  "StringWrapper.value",
  "UserResource.password",
}

-- How a path parameter's note tells that it names a user.
local user_refs = {
  ["administrator object id (24 hex)"] = { "id" },
  ["user id"] = { "id" },
  ["user id or the word me"] = { "id", "me" },
}

local offsets = {
  jumpcloud = {
    start = "skip", size = "limit", first = 0, by_page = false,
    -- the vendor advises a unique order while paging
    sort_by = { "sort", "sort_ignore_case" }, sort_value = "_id",
  },
  knetik = {
    start = "page", size = "size", first = 1, by_page = true,
  },
}

-- What the service does without a parameter; pages' sizes are page_default.
local function default_of(fact)
  if not fact.required and fact.name ~= "limit" and fact.name ~= "size" then
    return given(fact.default)
  end
end

-- The names in a parameter that is a table: those of the service's search.
local function keys_of(facts, fact)
  local search = facts.search
  return search and search.param == fact.name and fixture.sorted(fixture.names(search.object)) or nil
end

local function param_of(facts, fact, place, later)
  return {
    name = fact.name,
    option = fact.arg,
    place = place,
    type = fact.type,
    required = place == "path" or fact.required,
    later = later,
    values = sorted(given(fact.enum) or given(fact.known_values)),
    default = default_of(fact),
    keys = keys_of(facts, fact),
  }
end

local function params_of(facts, fact)
  local params = {}
  local function add(list, place, later)
    for _, param in ipairs(list or {}) do
      params[#params + 1] = param_of(facts, param, place, later)
    end
  end
  add(fact.path_params, "path", false)
  add(fact.query, "query", false)
  add(fact.later_query, "query", true)
  add(fact.headers, "header", false)
  return params
end

-- Names that differ from the method's only in how they are spelt are none.
local function aliases_of(fact)
  local kept
  for _, alias in ipairs(fact.aliases) do
    local snake = fixture.option(alias)
    if snake ~= fact.id then
      kept = kept or {}
      kept[#kept + 1] = snake
    end
  end
  return kept
end

local function user_ref_of(fact)
  for _, param in ipairs(fact.path_params) do
    local refs = user_refs[param.note]
    if refs then
      return refs
    end
  end
end

local function returns_of(fact)
  local returns = given(fact.returns)
  if returns == nil then
    return nil
  end
  -- a plain string is no model: the list may hold anything
  local model = returns.model ~= "string" and returns.model or nil
  local is_204 = false
  for _, status in ipairs(given(fact.success) or {}) do
    is_204 = is_204 or status == 204
  end
  return { model = model, list = returns.list, may_be_empty = is_204 }
end

local function offset_of(name, facts, fact)
  if fact.pagination == nil then
    return nil
  end
  local expected = { items = fact.pagination.items }
  expected.total, expected.last = facts.pagination.result.total, facts.pagination.result.last
  for key, value in pairs(offsets[name]) do
    expected[key] = value
  end
  local size = facts.pagination.params[expected.size]
  expected.page_default, expected.page_max = size.default, given(size.max)
  return expected
end

local function operation_of(name, facts, fact)
  local body = given(fact.body)
  local offset = offset_of(name, facts, fact)
  local size = offset and facts.pagination.params[offset.size]
  return {
    name = fact.id,
    aliases = aliases_of(fact),
    method = fact.method,
    path = fact.path,
    params = params_of(facts, fact),
    body = body and { model = body.model, required = body.required },
    returns = returns_of(fact),
    retry = unsafe[fact.id] and "unsafe" or fixture.retry_of[fact.method],
    paging = offset and "offset" or "whole",
    page_default = size and size.default,
    page_max = size and given(size.max),
    offset = offset,
    anonymous = #fact.auth == 0,
    scopes = given(fact.scopes),
    user_ref = user_ref_of(fact),
  }
end

local function field_of(model, fact)
  return {
    name = fact.name,
    type = fact.type,
    item = given(fact.items),
    model = given(fact.ref),
    required = fact.required == true,
    read_only = fact.read_only == true,
    write_only = false,
    nullable = fact.nullable == true,
    secret = secrets[model .. "." .. fact.name] == true,
    later = fact.added_later == true,
    values = sorted(given(fact.enum)),
  }
end

local function model_of(name, fact)
  local fields, variants = {}, nil
  for _, field in ipairs(fact.fields) do
    fields[field.name] = field_of(name, field)
  end
  local discriminator = given(fact.discriminator)
  if discriminator then
    variants = {}
    for tag, kind in pairs(discriminator.subtypes) do
      variants[tag] = kind.model
    end
  end
  return {
    name = name,
    closed = not fact.open,
    wraps = name == "StringWrapper",
    discriminator = discriminator and discriminator.field,
    variants = variants,
    fields = fields,
  }
end

local function expect(name)
  return function()
    local facts = fixture.read(name)
    local expected = { name = name, operations = {}, models = {} }
    for _, fact in ipairs(facts.operations) do
      expected.operations[fact.id] = operation_of(name, facts, fact)
    end
    for key, fact in pairs(facts.models) do
      local model = fact.name or key
      expected.models[model] = model_of(model, fact)
    end
    return expected
  end
end

return { jumpcloud = expect "jumpcloud", knetik = expect "knetik" }
