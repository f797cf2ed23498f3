--- roster: administer users at Okta from Lua.
---
---     local roster = require "roster"
---     local okta = roster.okta { url = "https://example.okta.com", token = "..." }
---     for user in okta:list_users() do print(user.profile.login) end
---
--- Requiring it opens no socket, reads no environment and sets no global.
local client = require "roster.client"
local core = require "roster.core"
local json = require "roster.json"

local M = {
  _VERSION = core._VERSION,
  --- Sends JSON null, which clears an attribute; nil means "not mentioned".
  null = json.null,
  --- Marks a table as a JSON list where no model says so: roster.array{}.
  array = json.array,
}

for _, provider in ipairs(core.providers()) do
  --- Makes a client. Options: see roster.config. Raises on a bad option.
  M[provider] = function(options)
    return client.new(provider, options)
  end
end

return M
