--- Joins a call and a transport: does what the call says it wants until it
--- has a value or an error.
local errors = require "roster.error"

--- Runs `call` to its end.
---@param call userdata from core.call
---@param state table the client's: transport, and source (of tokens) or nil
---@return any value, table meta, string|nil next_url  or nil, message, detail
return function(call, state)
  local what, a, b, c = call:next()
  local used
  while what == "token" or what == "send" do
    if what == "token" then
      -- `a`: the one that was used has been refused
      local token, why = state.source:get(a and used or nil)
      if token and a and token == used then
        call:decline()
      elseif token then
        used = token
        call:authorize(token)
      else
        call:fail("auth", why)
      end
    else
      state.transport:exchange(call)
      if not call:settled() then
        call:lost("transport", "the transport returned without an answer")
      end
    end
    what, a, b, c = call:next()
  end
  if what == "done" then
    return a, b, c
  end
  return nil, a, errors.new(b)
end
