-- What Okta's rows should say, worked out from spec/fixtures/okta.json. What no
-- document tells (retry classes, secrets) is decided here a second time.
local fixture = require "spec.support.fixture"

local given, set, sorted = fixture.given, fixture.set, fixture.sorted
local option = fixture.option

local function union(first, second)
  local seen = set(first)
  for _, value in ipairs(second) do
    if not seen[value] then
      first[#first + 1] = value
    end
  end
  return first
end

-- The first call deactivates, the second erases.
local unsafe = set { "deactivate_or_delete_user" }

local secrets = set {
  "ForgotPasswordResponse.resetPasswordUrl",
  "IdentityProviderCredentialsClient.client_secret",
  "IdentityProviderCredentialsSigning.privateKey",
  "PasswordCredential.value",
  "PasswordCredentialHash.salt",
  "PasswordCredentialHash.value",
  "RecoveryQuestionCredential.answer",
  "ResetPasswordToken.resetPasswordUrl",
  "TempPassword.tempPassword",
  "UserActivationToken.activationToken",
  "UserActivationToken.activationUrl",
}

-- What the service does without a parameter; pages' sizes are page_default.
local function default_of(fact)
  if not fact.required and fact.name ~= "limit" then
    return given(fact.default)
  end
end

local function param_of(fact, place, later)
  return {
    name = fact.name,
    option = option(fact.name),
    place = place,
    type = fact.type,
    required = fact.required,
    later = later,
    values = sorted(given(fact.enum)),
    default = default_of(fact),
  }
end

local function params_of(fact)
  local params = {}
  for _, name in ipairs(fact.path_params) do
    local path = { name = name, type = "string", required = true }
    params[#params + 1] = param_of(path, "path", false)
  end
  for _, query in ipairs(fact.query) do
    params[#params + 1] = param_of(query, "query", false)
  end
  for _, query in ipairs(fact.query_current_only) do
    params[#params + 1] = param_of(query, "query", true)
  end
  for _, header in ipairs(fact.headers) do
    local later = header.source == "current"
    params[#params + 1] = param_of(header, "header", later)
    if header.name == "Content-Type" then
      -- ours, for the words of its okta-response
      local omit = param_of({ name = "omit", type = "string", required = false }, "header", later)
      omit.keys = { "credentials", "links", "transitioning" }
      params[#params + 1] = omit
    end
  end
  return params
end

-- "me(session cookie only)" is none of ours: roster has no session.
local function user_ref_of(fact)
  local refs = given(fact.user_ref)
  if refs == nil then
    return nil
  end
  local kept = {}
  for _, ref in ipairs(refs) do
    if not ref:find("(", 1, true) then
      kept[#kept + 1] = ref
    end
  end
  return kept
end

-- Where a document is silent about a next page, a Link is followed if present.
local paging_of = { link = "link", none = "whole", undocumented = "link" }

local function operation_of(fact)
  local body = given(fact.body)
  local returns = given(fact.returns)
  local paging = given(fact.paginates)
  local style = paging and paging_of[paging.style] or "whole"
  return {
    name = fact.id,
    aliases = #fact.aliases > 0 and fact.aliases or nil,
    method = fact.method,
    path = fact.path,
    params = params_of(fact),
    body = body and {
      model = body.model,
      required = body.required or body.required_live == true,
    },
    returns = returns and { model = returns.model, list = returns.list, may_be_empty = false },
    retry = unsafe[fact.id] and "unsafe" or fixture.retry_of[fact.method],
    paging = style,
    page_default = style ~= "whole" and given(paging.default) or nil,
    page_max = style ~= "whole" and given(paging.max) or nil,
    -- one document calls an operation anonymous; the service disagrees
    anonymous = given(fact.auth) == nil and given(fact.auth_live) == nil,
    scopes = fact.oauth_scopes,
    user_ref = user_ref_of(fact),
  }
end

local function values_of(fact)
  local items = given(fact.items)
  local values = given(fact.enum) or (items and given(items.enum))
  if values == nil then
    return nil
  end
  return sorted(union(values, given(fact.enum_current) or {}))
end

local function field_of(model, fact, later)
  local items = given(fact.items)
  local item = items and items.type
  if fact.type == "map" then
    -- the values of _links and _embedded: objects, or arrays of them
    item = "any"
  end
  return {
    name = fact.name,
    type = fact.type,
    item = item,
    model = given(fact.ref) or (items and given(items.ref)),
    required = fact.required == true,
    read_only = fact.read_only == true,
    write_only = fact.write_only == true,
    nullable = fact.nullable == true,
    secret = secrets[model .. "." .. fact.name] == true,
    later = later,
    values = values_of(fact),
  }
end

local function model_of(name, fact)
  local fields = {}
  for _, field in ipairs(fact.fields) do
    fields[field.name] = field_of(name, field, false)
  end
  for _, field in ipairs(given(fact.current_fields) or {}) do
    fields[field.name] = field_of(name, field, true)
  end
  return { name = name, closed = not fact.open, wraps = false, fields = fields }
end

return function()
  local facts = fixture.read("okta")
  local expected = { name = facts.provider, operations = {}, models = {} }
  for _, fact in ipairs(facts.operations) do
    expected.operations[fact.id] = operation_of(fact)
  end
  for name, fact in pairs(facts.models) do
    expected.models[name] = model_of(name, fact)
  end
  return expected
end
