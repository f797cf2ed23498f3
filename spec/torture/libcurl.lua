-- What the torture does through libcurl, with the host's own server.
local alone = require "spec.support.alone"
local common = require "spec.torture.common"
local core = require "roster.core"
local roster = require "roster"
local torture = require "torture"

local made, sends, settings = common.made, common.sends, common.settings

local list, add = common.list()

local function by_curl(more)
  local options = { url = "http://127.0.0.1:" .. torture.port, token = "00tok", governor = false, max_retries = 0,
    timeout = 5, ca = alone() }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return roster.okta(options)
end

local kept = by_curl()

--- A client that is kept keeps its idle handles: no leak, but not to be told
--- from one.
local function forget()
  kept:close()
  kept = by_curl()
end

add("libcurl", function()
  local client = by_curl()
  local user, message, detail = client:get_user("00u1")
  client:close()
  return user, message, detail
end, { curl = true })

add("libcurl, kept", function()
  local created, message, detail = kept:create_user { profile = { login = "a" } }
  if not created then
    return nil, message, detail
  end
  local gone
  gone, message, detail = kept:deactivate_or_delete_user("00u1")
  if not gone then
    return nil, message, detail
  end
  return created, gone
end, { curl = true, forget = forget })

add("libcurl, a list", function()
  local ids = {}
  for user in kept:list_users() do
    ids[#ids + 1] = user.id
  end
  return ids
end, { curl = true, forget = forget })

add("libcurl, an error", function()
  return kept:get_user("missing")
end, { curl = true, forget = forget })

add("libcurl, TLS", function()
  return by_curl({ url = "https://127.0.0.1:" .. torture.port, ca = "/nowhere/ca.pem" }):get_user("00u1")
end, { curl = true })

add("libcurl, a proxy", function()
  return by_curl({ proxy = "http://127.0.0.1:" .. torture.port, insecure = true }):get_user("00u1")
end, { curl = true })

add("libcurl, polled", function()
  local curl = require "roster.curl"
  local client = assert(core.client("okta", settings { url = "http://127.0.0.1:" .. torture.port }))
  local multi = curl.multi { proxy = nil, ca = nil }
  multi:fd()
  local call = made(core.call(client, "get_user", "00u1"))
  assert(sends(call))
  call:left(299)
  multi:add(call)
  for _ = 1, 100 do
    if call:settled() then
      break
    end
    multi:step(0.05)
  end
  local settled = call:settled()
  local what, value, message = call:next(0, 0, 0, false)
  multi:close()
  return settled and what == "done" and value or nil, message and value or "polled: nothing came"
end, { curl = true, any_message = true })

return list
