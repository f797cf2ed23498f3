--- Okta's private key in the form that the client wants: read, and its scopes
--- joined.
local warning = require "roster.warning"

local M = {}

-- "a b", "a,b" or a list, as "a b".
local function join(scopes)
  if type(scopes) == "string" then
    local list = {}
    for scope in scopes:gmatch("[^%s,]+") do
      list[#list + 1] = scope
    end
    scopes = list
  end
  for i = 1, #scopes do
    -- RFC 6749 3.3
    if type(scopes[i]) ~= "string" or scopes[i] == "" or scopes[i]:find('[%s%c"\\\128-\255]') then
      return nil, ("scopes: number %d is not a scope"):format(i)
    end
  end
  if #scopes == 0 then
    return nil, "scopes must name at least one"
  end
  return table.concat(scopes, " ")
end

--- Completes settings that have a private key or a signer: `scope`, and
--- `assertion` (see roster.token.assertion). Returns what is wrong with them, or
--- nil.
---@param settings table
---@return string? message
function M.prepare(settings)
  if settings.client_id == "" then
    return "client_id is empty"
  end
  local why
  settings.scope, why = join(settings.scopes)
  if not settings.scope then
    return why
  end
  local by = { client_id = settings.client_id, key_id = settings.key_id, algorithm = settings.algorithm or "RS256",
    sign = settings.signer }
  if not by.sign then
    local read
    read, why = require("roster.token.key").read(settings.private_key)
    if read then
      if read.is_readable then
        warning.give(settings.on_warning, settings.private_key .. " holds a private key and can be read by other "
          .. "users: take that away with chmod go-r")
      end
      settings.private_key = read.pem
      by.algorithm, by.key_id = read.algorithm, by.key_id or read.id
      by.sign, why = require("roster.token.signer").of(read)
    end
    if not by.sign then
      return "private_key " .. why
    end
  end
  settings.assertion = by
  return nil
end

return M
