-- A call whose answer is fed byte by byte: no socket, no driver.
local core = require "roster.core"

local M = {}

M.token = "00token-of-the-spec"

local SETTINGS = {
  url = "https://org.okta.test", token = M.token, timeout = 300, max_retries = 0,
  connect_timeout = 10, stall_timeout = 30, max_response = 1024, max_nodes = 1e6, check = true,
}

--- A call that is to be sent. `arguments` of the operation "get_user", or a
--- request of its own with `method`. `settings` override those of the client.
---@param request table?
---@param settings table?
---@return userdata call
function M.call(request, settings)
  local all = {}
  for name, value in pairs(SETTINGS) do
    all[name] = value
  end
  for name, value in pairs(settings or {}) do
    all[name] = value
  end
  local client = assert(core.client("okta", all))
  local call = assert(core.call_free(client, request or { path = "/u" }, false))
  assert(call:next(0, 1700000000, 0, true) == "send")
  return call
end

--- What comes of an answer in these pieces; then the connection is closed, if
--- that is still to be told. A value, or what kind of error and its words;
--- may the connection be kept; was it over before it was closed.
---@param pieces string[]
---@param request table?
---@return table result
function M.result(pieces, request)
  local call = M.call(request)
  call:bytes()
  local over, keep = false, false
  for _, piece in ipairs(pieces) do
    over, keep = call:feed(piece)
  end
  local result = { early = over, keep = keep }
  if not over then
    local now_over, now_keep = call:feed(nil)
    assert(now_over and not now_keep)
  end
  local what, value, meta = call:next(0, 1700000000, 0, true)
  if what == "done" then
    result.value, result.status = value, meta.status
    result.x = meta.headers["x-a"]
  else
    result.message, result.kind, result.status = value, meta.kind, meta.status
    result.ambiguous = meta.ambiguous
  end
  return result
end

--- The text in pieces that end at these places.
---@param text string
---@param ends integer[] ascending
---@return string[]
function M.split(text, ends)
  local pieces, from = {}, 1
  for _, to in ipairs(ends) do
    pieces[#pieces + 1] = text:sub(from, to)
    from = to + 1
  end
  pieces[#pieces + 1] = text:sub(from)
  return pieces
end

return M
