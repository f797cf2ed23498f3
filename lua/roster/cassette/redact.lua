--- What of an exchange goes into a cassette: everything that has to be the same
--- again, and nothing that was secret. What is secret the core says, as for all
--- that is shown; here its values are taken out of what repeats them.
local core = require "roster.core"
local json = require "roster.json"
local tree = require "roster.cassette.tree"

local M = {}

local MASK = "***"
-- bytes; what is shorter is found in ordinary words
local SHORTEST = 6

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
  end)
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

-- A redacted body as members for a line: `json` where it is JSON, else `text`.
local function body_of(body, scrub)
  local node = body and tree.read(body)
  if not body or body == "" then
    return {}
  elseif not node then
    return { text = scrub(body) }
  end
  return { json = scrub(body) ~= body and scrub_all(node, scrub) or node }
end

-- Without secrets that are known, and in one order: a table's parameters come in
-- any.
local function clean_url(scrub, url)
  -- a mask of a replayed response, sent on
  url = url:gsub("%%2A%%2A%%2A", MASK)
  local path, query = url:match("^([^?]*)%?(.*)$")
  if not path then
    return scrub(url)
  end
  local pairs_of = {}
  for pair in query:gmatch("[^&]+") do
    pairs_of[#pairs_of + 1] = pair
  end
  table.sort(pairs_of)
  return scrub(path .. "?" .. table.concat(pairs_of, "&"))
end

--- The request as it is compared: { method, url, headers, json | text }. Members
--- of the body are sorted. `known` are secrets of earlier responses.
---@param call userdata
---@param known string[]
---@return table
function M.request(call, known)
  local shown, scrub = call:request(true), scrubber(call, known)
  local request = body_of(shown.body, scrub)
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

-- The body without secrets of the request and of its own, and a list of these.
-- First the request's: of one that is masked in part, as what is named like a
-- secret, the rest could not be recognised.
local function clean_body(call, body)
  local scrubbed = call:scrub(body)
  local node = scrubbed ~= body and tree.read(body)
  if node then
    scrubbed = tree.write(scrub_all(node, scrubber(call, {})))
  end
  local text, secrets = call:redacted(scrubbed)
  local found = {}
  for _, secret in ipairs(secrets) do
    if #secret >= SHORTEST and secret ~= MASK then
      found[#found + 1] = secret
    end
  end
  return text, found
end

--- The response: { status, headers = list of { name, value }, json | text }; or
--- what became of it, { kind, reason, sent }, and true.
---@param call userdata whose exchange has its outcome
---@return table response, boolean? is_lost, string[]? found secrets of the body
function M.response(call)
  local status, headers, body, sent = call:answered()
  if not status then
    return { kind = headers, reason = body, sent = sent }, true
  end
  local text, found = clean_body(call, body)
  local scrub = scrubber(call, found)
  local response = body_of(text, scrub)
  for _, field in ipairs(headers) do
    field[2] = scrub(field[2])
  end
  sort(headers)
  response.status, response.headers = status, headers
  return response, nil, found
end

return M
