--- A transport that answers from a recording, and only what was recorded: the
--- same requests in the same order. No network, no credential, and no waiting.
local core = require "roster.core"
local line = require "roster.cassette.line"
local redact = require "roster.cassette.redact"
local tree = require "roster.cassette.tree"

local M = {}

-- bytes of a recording, all of which are read at once
local LONGEST = 2 ^ 30

local methods = {}
local mt = { __index = methods, __name = "roster.cassette.player" }

local function differs(wanted, got)
  if wanted.method ~= got.method or not tree.alike(wanted.url, got.url) then
    return ("expected %s %s, got %s %s"):format(wanted.method, wanted.url, got.method, got.url)
  end
  local what = tree.difference(wanted.json, got.json, "body")
  return what and ("%s %s: %s"):format(got.method, got.url, what)
end

-- The headers as a transport gives them.
local function headers_of(response)
  local headers = {}
  for _, field in ipairs(response.headers) do
    local list = headers[field[1]] or {}
    list[#list + 1] = field[2]
    headers[field[1]] = list
  end
  return headers
end

--- As every transport's. The first request that differs ends the replay: what
--- follows would be told of the wrong place.
function methods:exchange(call)
  local number = self.at
  if not self.failure then
    local got = redact.request(call, {})
    local text = self.lines[number]
    local entry = text and line.read_exchange(text)
    local wrong = entry and differs(entry.request, got)
      or not entry and ("expected nothing more, got %s %s"):format(got.method, got.url)
    if not wrong then
      self.at = number + 1
      if entry.lost then
        call:lost(entry.lost.kind, entry.lost.reason, entry.lost.sent ~= false)
      else
        local response = entry.response
        call:answer(response.status, headers_of(response), response.json and tree.write(response.json) or response.text)
      end
      return
    end
    -- the first line is the head
    self.failure = ("replay %s:%d: %s"):format(self.path, number + 1, wrong)
  end
  call:fail("protocol", self.failure)
end

--- Ends the replay. Returns true when all of the recording was used; else nil and
--- what was not, or the first difference.
function methods:close()
  if not self.failure and self.at <= #self.lines then
    local entry = line.read_exchange(self.lines[self.at])
    self.failure = ("replay %s:%d: ended with %d of %d exchanges left, the next one is %s %s"):format(self.path,
      self.at + 1, #self.lines - self.at + 1, #self.lines, entry.request.method, entry.request.url)
  end
  if self.failure then
    return nil, self.failure
  end
  return true
end

--- A credential that opens nothing: a function that always has another one where
--- the recorded client could get another.
---@return string|fun(refused: string?): string
function methods:token()
  if not self.renews then
    return "replayed"
  end
  return function(refused)
    return refused == "replayed" and "replayed-again" or "replayed"
  end
end

--- A clock on which waiting takes no time.
---@return table see roster.clock
function methods.clock()
  local skipped = 0
  return {
    now = function()
      return core.clock() + skipped
    end,
    wall = function()
      return os.time() + skipped
    end,
    sleep = function(seconds)
      skipped = skipped + seconds
    end,
  }
end

-- The lines; nil and why there are none. One that a killed process has left
-- unfinished does not count.
local function lines_of(path)
  local text, why, number = core.read_file(path, LONGEST)
  if not text and number == 0 then
    return nil, path .. " " .. why
  elseif not text then
    return nil, "cannot be opened: " .. path .. ": " .. why:gsub("^cannot be read: ", "")
  end
  local lines, from = {}, 1
  local ends = text:find("\n", 1, true)
  while ends do
    lines[#lines + 1], from = text:sub(from, ends - 1), ends + 1
    ends = text:find("\n", from, true)
  end
  local last = text:sub(from)
  if last ~= "" and #lines > 0 and line.is_exchange(last) then
    lines[#lines + 1] = last
  elseif #lines == 0 then
    lines[1] = last
  end
  return lines
end

--- Reads a recording. `url` and `credential` (the option that took it) of what is
--- returned are the recorded client's.
---@param path string
---@param service string that it must be of
---@return table? player, string? message
function M.open(path, service)
  local lines, why = lines_of(path)
  local head
  if lines then
    head, why = line.read_head(lines[1])
    if not head then
      why = path .. " " .. why
    elseif head.service ~= service then
      why = ("%s is of another service: %s, not %s"):format(path, head.service, service)
    end
  end
  if why then
    return nil, 'option "replay": ' .. why
  end
  for i = 2, #lines do
    if not line.is_exchange(lines[i]) then
      return nil, ('option "replay": %s:%d cannot be read'):format(path, i)
    end
  end
  table.remove(lines, 1)
  return setmetatable({
    path = path, lines = lines, at = 1, url = head.url, credential = head.credential, renews = head.renews,
    in_order = true,
  }, mt)
end

return M
