-- A client on a scripted transport, and answers for the script.
local replay = require "roster.transport.replay"
local roster = require "roster"

local M = {
  url = "https://org.okta.test",
  token = "00token-of-the-spec",
}

--- Returns the client and the list of requests it has sent so far.
---@param script table? responses, in order
---@param options table? for the constructor, beside url and token
function M.client(script, options)
  local transport = replay.new(script or {})
  -- one attempt and no waiting, unless the spec is about them
  local settings = { url = M.url, token = M.token, transport = transport, max_retries = 0, governor = false }
  for name, value in pairs(options or {}) do
    settings[name] = value
  end
  return roster.okta(settings), transport.requests
end

--- A client whose every request is answered by `answer`.
---@param answer table|string|function? default: 200 with an empty object
function M.always(answer, options)
  local function reply(request)
    if type(answer) == "function" then
      return answer(request)
    end
    return answer or { status = 200, body = "{}" }
  end
  local script = setmetatable({}, { __index = function() return reply end })
  return M.client(script, options)
end

--- A JSON answer; `body` is the text.
---@param body string
---@param status integer? default 200
---@param headers table?
function M.json(body, status, headers)
  local fields = { ["Content-Type"] = "application/json" }
  for name, value in pairs(headers or {}) do
    fields[name] = value
  end
  return { status = status or 200, headers = fields, body = body }
end

return M
