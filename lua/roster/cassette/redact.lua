--- What of an exchange goes into a cassette: everything that has to be the same
--- again, and nothing that was secret.
local core = require "roster.core"
local json = require "roster.json"
local tree = require "roster.cassette.tree"

local M = {}

local MASK = "***"
-- bytes; what is shorter is found in ordinary words
local SHORTEST = 6

-- Member and parameter names, in small letters without - and _.
local NAMES = {}
for _, name in ipairs { "answer", "salt", "hash", "activationurl", "resetpasswordurl", "cookie", "authorization" } do
  NAMES[name] = true
end
local ENDINGS = { "password", "secret", "token", "privatekey", "apikey", "assertion", "passcode", "passphrase" }

--- Does a member or parameter of this name hold a secret, whatever the service?
---@param name string
---@return boolean
function M.is_secret(name)
  name = name:lower():gsub("[-_]", "")
  local found = NAMES[name] or false
  for _, ending in ipairs(ENDINGS) do
    found = found or name:sub(-#ending) == ending
  end
  return found
end

-- Masks secret members; notes their values in `found`.
local function mask_members(node, found, own)
  local function change(text, inside)
    local is_text = text:byte() == 34
    if inside ~= true or not is_text and not text:find("^[-%d]") or text == '""' then
      return text
    end
    local value = is_text and json.decode(text)
    if value and #value >= SHORTEST and value ~= MASK then
      found[#found + 1] = value
    end
    return '"' .. MASK .. '"'
  end
  local function enter(name, inside)
    -- there a name is that of a link ("changePassword")
    return inside or name == "_links" and "links" or own and own[name] or M.is_secret(name)
  end
  return tree.map(node, change, enter)
end

-- Masks the names of members in which `scrub` finds something.
local function scrub_names(node, scrub)
  for _, member in ipairs(type(node) == "table" and node or {}) do
    if node.object and scrub(member[3]) ~= member[3] then
      member[1], member[3] = MASK, '"' .. MASK .. '"'
    end
    scrub_names(node.object and member[2] or member, scrub)
  end
end

-- Masks in all names and scalars what `scrub` finds in a text.
local function scrub_all(node, scrub)
  scrub_names(node, scrub)
  return tree.map(node, function(text)
    local clean = scrub(text)
    if clean ~= text and json.decode(clean) == nil then
      clean = '"' .. MASK .. '"'
    end
    return clean
  end, function() end)
end

local function scrubber(call, found)
  return function(text)
    text = call:scrub(text)
    for _, secret in ipairs(found) do
      text = core.scrub(text, secret)
    end
    return text
  end
end

-- A body as members for a line: `json` where it is JSON, else `text`.
local function body_of(call, body, found, own)
  local node = body and tree.read(body)
  if not body or body == "" then
    return {}
  elseif not node then
    return { text = scrubber(call, found)(body) }
  end
  node = mask_members(node, found, own)
  if #found > 0 or call:scrub(body) ~= body then
    node = scrub_all(node, scrubber(call, found))
  end
  return { json = node }
end

-- The values of secret parameters, and whatever else is known to be secret.
local function clean_url(scrub, url)
  -- a mask of a replayed answer, sent on
  url = url:gsub("%%2A%%2A%%2A", MASK)
  local path, query = url:match("^([^?]*)%?(.*)$")
  if not path then
    return scrub(url)
  end
  local pairs_of = {}
  for pair in query:gmatch("[^&]+") do
    local name = pair:match("^([^=]*)=")
    pairs_of[#pairs_of + 1] = name and M.is_secret(name) and name .. "=" .. MASK or pair
  end
  -- in any order when they come from a table
  table.sort(pairs_of)
  return scrub(path .. "?" .. table.concat(pairs_of, "&"))
end

--- The request as it is compared: { method, url, headers, json | text }. Members
--- of the body are sorted. `known` are secrets of earlier answers.
---@param call userdata
---@param known string[]
---@return table
function M.request(call, known)
  local shown, found = call:request(true), {}
  for i, secret in ipairs(known) do
    found[i] = secret
  end
  local scrub = scrubber(call, found)
  local request = body_of(call, shown.body, found)
  if request.json then
    tree.sort(request.json)
  end
  request.method, request.url, request.headers = shown.method, clean_url(scrub, shown.url), shown.headers
  for name, value in pairs(request.headers) do
    request.headers[name] = scrub(value)
  end
  -- tells versions of roster apart, which a recording should outlive
  request.headers["User-Agent"] = nil
  return request
end

-- By name, for a sandbox in process gives them in any order; those of one name
-- stay in theirs.
local function sort(headers)
  for i, field in ipairs(headers) do
    field.at = i
  end
  table.sort(headers, function(a, b)
    local x, y = a[1]:lower(), b[1]:lower()
    return x < y or x == y and a.at < b.at
  end)
end

--- The answer: { status, headers = list of { name, value }, json | text }; or
--- what became of it, { kind, reason, sent }, and true. `own` are further secret
--- members of the body.
---@param call userdata whose exchange has its outcome
---@param own table<string, boolean>
---@return table answer, boolean? is_lost, string[]? found secrets of the body
function M.answer(call, own)
  local status, headers, body, sent = call:answered()
  if not status then
    return { kind = headers, reason = body, sent = sent }, true
  end
  local found = {}
  local answer = body_of(call, body, found, own)
  for _, field in ipairs(headers) do
    for _, secret in ipairs(found) do
      field[2] = core.scrub(field[2], secret)
    end
  end
  sort(headers)
  answer.status, answer.headers = status, headers
  return answer, nil, found
end

return M
