--- Where a client's token comes from, when it is not simply given: a function
--- of the caller's, or an OAuth 2.0 grant (RFC 6749) at the service's token
--- endpoint. A source answers `source:get(refused, left)`, which may take
--- `left` seconds, with a token, or with nil and why; `source:failed(token)`, where
--- it is there, says that the service refused that token as well as the one before
--- it; `source:close()` makes it forget everything.
local raised = require "roster.raised"

local M = {}

--- Asks the function; `refused` is the token that the service turned down.
local function from(call, refused)
  local ok, token, why = raised.pcall(call, refused)
  if not ok then
    return nil, "the token function raised: " .. raised.text(token)
  elseif type(token) == "string" then
    return token
  elseif token == nil and why ~= nil then
    return nil, "the token function failed: " .. raised.text(why)
  end
  return nil, "the token function returned " .. type(token) .. ", not a string"
end

--- A source that asks the caller's function each time.
---@param call fun(refused: string?): string?, string?
function M.from_function(call)
  return {
    get = function(_, refused)
      return from(call, refused)
    end,
    close = function() end,
  }
end

--- A source that keeps a token of a grant and renews it: see roster.token.source.
function M.from_grant(state, grant, share)
  return require("roster.token.source").new(state, grant, share)
end

return M
