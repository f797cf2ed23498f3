--- What people are told of an operation, made from its row of the catalog: for
--- `help` at the prompt and for the reference pages, so that both say the same.
--- No I/O. A row is as in core.catalog(provider).operations.
local core = require "roster.core"
local example = require "roster.describe.example"

local M = {}

--- One thing that a call takes.
---@class roster.describe.Argument
---@field name string       as it is written in Lua
---@field place "path"|"body"|"option"
---@field type string       "string", "boolean", "User", "string, or a list", ...
---@field required boolean
---@field values string[]?  the known ones; others pass as well
---@field default any       what the service does without it; never sent
---@field note string?      one line

-- how a value may be written besides, by the parameter's style on the wire
local STYLES = {
  spaced = "string, or a list",
  commas = "string, or a list",
  filter = "string, or a list",
  brackets = "table",
  omit = "string, or a list",
}

--- The models of a provider, by name, and its other facts.
local catalogs = {}

---@param provider string
---@return table catalog as core.catalog gives it, the same one each time
function M.catalog(provider)
  catalogs[provider] = catalogs[provider] or core.catalog(provider)
  return catalogs[provider]
end

--- An operation's row, by its name or one of its aliases; nil for none.
---@param provider string
---@param name string
---@return table? op
function M.operation(provider, name)
  for _, op in ipairs(M.catalog(provider).operations) do
    if op.name == name then
      return op
    end
    for _, alias in ipairs(op.aliases or {}) do
      if alias == name then
        return op
      end
    end
  end
end

--- The field of this name in a model, or nil.
---@param model table? as in core.catalog(provider).models
---@param name string
---@return table?
function M.field(model, name)
  for _, field in ipairs(model and model.fields or {}) do
    if field.name == name then
      return field
    end
  end
end

--- What a field holds, for people: "string", "list of EmailAddress", ...
---@param field table
---@return string
function M.type(field)
  local of = field.model or field.item
  if field.type == "array" then
    return "list of " .. of
  elseif field.type == "map" then
    return "table of " .. of
  end
  return field.model or field.type
end

--- Is the answer a list, to be walked?
---@param op table
---@return boolean
function M.is_list(op)
  return op.offset ~= nil or op.returns ~= nil and op.returns.list == true
end

--- The model of what comes back, of one item where that is a list; nil where no
--- document says.
---@param provider string
---@param op table
---@return string?
function M.model(provider, op)
  local model = op.returns and op.returns.model
  if op.offset and model then
    local items = M.field(M.catalog(provider).models[model], op.offset.items)
    return items and items.model
  end
  return model
end

--- "okta:create_user(body, options)"
---@param provider string
---@param op table
---@return string
function M.signature(provider, op)
  local names = {}
  for _, argument in ipairs(M.arguments(provider, op)) do
    if argument.place ~= "option" then
      names[#names + 1] = argument.name
    end
  end
  names[#names + 1] = "options"
  return provider .. ":" .. op.name .. "(" .. table.concat(names, ", ") .. ")"
end

--- What may stand for a user in the path, where it is more than the id.
local function reference(op, param)
  local names = op.user_ref
  if names and #names > 1 and param.name:find("[iI]d$") and not param.name:find("role") then
    return table.concat(names, ", ", 1, #names - 1) .. " or " .. names[#names]
  end
end

local function default_of(op, param)
  local sizes = op.offset and op.offset.size or "limit"
  if param.default == nil and param.name == sizes then
    return op.page_default
  end
  return param.default
end

local function from_param(op, param)
  return {
    name = param.option,
    place = param.place == "path" and "path" or "option",
    type = STYLES[param.style] or param.type,
    required = param.required,
    values = param.values,
    default = default_of(op, param),
    note = param.note or param.place == "path" and reference(op, param) or nil,
  }
end

local function from_body(provider, op)
  local model = M.catalog(provider).models[op.body.model]
  return {
    name = "body",
    place = "body",
    type = model and model.wraps and "string" or op.body.model,
    required = op.body.required,
  }
end

--- What a call takes, in order: the path's parameters, the body, and the
--- operation's own options. What every call takes besides: `call_options`.
---@param provider string
---@param op table
---@return roster.describe.Argument[]
function M.arguments(provider, op)
  local list, options = {}, {}
  for _, param in ipairs(op.params) do
    local into = param.place == "path" and list or options
    into[#into + 1] = from_param(op, param)
  end
  if op.body then
    list[#list + 1] = from_body(provider, op)
  end
  for _, option in ipairs(options) do
    list[#list + 1] = option
  end
  return list
end

--- The options that this call takes as every other: timeout, dry_run, ...
---@param op table
---@return roster.describe.Argument[]
function M.call_options(op)
  local list = {}
  for _, option in ipairs(core.call_options()) do
    if (M.is_list(op) or not option.lists_only) and (op.body or not option.bodies_only) then
      list[#list + 1] = { name = option.name, place = "option", type = option.type, required = false,
        note = option.note }
    end
  end
  return list
end

--- The names that an operation's table of options may have, in both spellings.
---@param provider string
---@param name string of the operation
---@return string[]
function M.options(provider, name)
  local op, list = M.operation(provider, name), {}
  for _, param in ipairs(op.params) do
    if param.place ~= "path" then
      list[#list + 1] = param.option
      list[#list + 1] = param.name ~= param.option and param.name or nil
    end
  end
  for _, option in ipairs(M.call_options(op)) do
    list[#list + 1] = option.name
  end
  return list
end

--- The fields of a body that the documents require, as paths: "profile". Those
--- of what is not required itself count only where it is given, and are left
--- out.
---@param provider string
---@param model_name string
---@return string[]
function M.required(provider, model_name)
  local found = {}
  local function walk(name, prefix, seen)
    local model = M.catalog(provider).models[name]
    if not model or seen[name] then
      return
    end
    seen[name] = true
    for _, field in ipairs(model.fields) do
      if field.required and not field.read_only then
        found[#found + 1] = prefix .. field.name
        if field.type == "object" and field.model then
          walk(field.model, prefix .. field.name .. ".", seen)
        end
      end
    end
    seen[name] = nil
  end
  walk(model_name, "", {})
  return found
end

--- What comes back: "User", "a list of User", "true". The provider is needed
--- only where pages are wrapped, to find what they hold.
---@param op table
---@param provider string?
---@return string
function M.returns(op, provider)
  if M.is_list(op) then
    local model = op.returns and op.returns.model
    if op.offset then
      model = provider and M.model(provider, op)
    end
    return model and "a list of " .. model or "a list"
  end
  return op.returns and op.returns.model or "true"
end

local RETRY = {
  safe = "safe: changes nothing, and is tried again when it is lost",
  idempotent = "idempotent: twice comes to the same as once, and it is tried again when it is lost",
  unsafe = "unsafe: never sent again when the answer is lost, which detail.ambiguous then says",
}

--- The operation's retry class, and what it means. A 429 is waited for in all.
---@param op table
---@return string
function M.retry(op)
  return RETRY[op.retry]
end

local function sizes(op)
  local text = ""
  if op.page_default then
    text = (", %d items each"):format(op.page_default)
  end
  return op.page_max and text .. (" (%d at most)"):format(op.page_max) or text
end

--- How a list comes, nil for what is none.
---@param op table
---@return string?
function M.paging(op)
  if op.paging == "link" then
    return "pages that are linked" .. sizes(op)
  elseif op.paging == "offset" then
    return "pages by " .. (op.offset.by_page and "number" or "offset") .. sizes(op)
  elseif M.is_list(op) then
    return "one page"
  end
end

--- The OAuth scopes of which any one suffices; empty where none is documented.
---@param op table
---@return string[]
function M.scopes(op)
  return op.scopes or {}
end

-- beginnings of the last parts of a path under which a POST or a GET takes
-- something away from a user, or locks them out
local TAKES = { "deactivate", "expire", "reset", "suspend" }

--- Does the operation take something away that the next call does not give
--- back? Then why, for the question at the prompt; else nil. By the row: every
--- DELETE; what is not to be repeated and whose path says so (lifecycle/suspend,
--- users/resettotp); and a PUT of a whole resource, which erases what is left
--- out: its body's model is one with fields that only the service sets.
---@param provider string
---@param op table
---@return string?
function M.destroys(provider, op)
  if op.method == "DELETE" then
    return "takes something away"
  elseif op.method == "PUT" then
    local model = op.body and M.catalog(provider).models[op.body.model]
    for _, field in ipairs(model and model.fields or {}) do
      if field.read_only then
        return "erases what is left out"
      end
    end
  elseif op.retry == "unsafe" then
    for part in op.path:gmatch("[^/]+") do
      for _, word in ipairs(TAKES) do
        if part:sub(1, #word) == word then
          return "takes something away"
        end
      end
    end
  end
end

--- Lines of Lua that call the operation, where the client is a variable of the
--- provider's name. They run as they are against a new sandbox, in which they
--- name people of its own: elsewhere they find nobody.
---@param provider string
---@param op table
---@return string source
---@return boolean runs false where it takes what only a mail holds
function M.example(provider, op)
  return example.of(provider, op, M.model(provider, op), M.is_list(op))
end

return M
