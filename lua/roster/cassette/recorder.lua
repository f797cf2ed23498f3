--- A transport around another one that writes down what is sent and what comes
--- back, without secrets. One exchange at a time, and no page before it is wanted:
--- so that the same program sends the same in the same order again.
local core = require "roster.core"
local line = require "roster.cassette.line"
local private_file = require "roster.private_file"
local redact = require "roster.cassette.redact"

local M = {}

local methods = {}
local mt = { __index = methods, __name = "roster.cassette.recorder" }

-- secrets of earlier responses
local MOST_KNOWN = 64

-- seconds: the longest a signal waits for Lua to look
local STEP = 0.1

-- Waits in place: another call's exchange must not come in between.
local alone = {}

function alone:wait(multi, call) -- luacheck: no self
  while not call:settled() do
    multi:step(STEP)
  end
end

-- Why the file cannot be written to, from now on.
local function fail(self, why)
  self.failure = ("the recording %s cannot be written: %s"):format(self.path, tostring(why))
end

local function write(self, text)
  local ok, why = self.file:write(text)
  if ok then
    -- whole lines only are there when the process is killed
    ok, why = self.file:flush()
  end
  if not ok then
    fail(self, why)
  end
end

--- As every transport's.
function methods:exchange(call)
  if self.failure then
    call:fail("transport", self.failure)
    return
  elseif self.process ~= core.process() then
    call:fail("closed", ("the recording %s is of the process that this one was forked from: make a client that "
      .. "records to a file of its own"):format(self.path))
    return
  end
  local operation = call:outcome().operation
  local request = operation ~= "token" and redact.request(call, self.known)
  self.inner:exchange(call, alone)
  if request and call:settled() then
    local answer, is_lost, found = redact.response(call)
    write(self, line.exchange(request, answer, is_lost))
    for _, secret in ipairs(found or {}) do
      -- a program may well send on what it was given
      table.insert(self.known, 1, secret)
      self.known[MOST_KNOWN + 1] = nil
    end
  end
end

--- Closes the file and the transport. Returns true, or nil and why the recording
--- is not whole.
function methods:close()
  if self.file then
    core.unlock(self.file)
    local ok, why = self.file:close()
    self.file = nil
    if not ok and not self.failure then
      fail(self, why)
    end
    if self.inner.close then
      self.inner:close()
    end
  end
  if self.failure then
    return nil, self.failure
  end
  return true
end

-- Is there something in the file that is not a recording?
local function is_foreign(file)
  if file:seek("end") == 0 then
    return false
  end
  file:seek("set")
  return line.read_head(file:read("*l") or "") == nil
end

--- Records what `inner` does to the file at `path`, which is made, for its owner
--- alone (see roster.private_file), or made anew where it holds an earlier recording.
---@param path string
---@param inner table a transport
---@param head { service: string, url: string, credential: string, renews: boolean }
---@return table? recorder, string? message
function M.new(path, inner, head)
  local file, why, is_system = private_file.open(path)
  if not file then
    return nil, is_system and ('option "record": cannot be opened: %s: %s'):format(path, why)
      or ('option "record": %s %s'):format(path, why)
  end
  local function refuse(what)
    core.unlock(file)
    file:close()
    return nil, ('option "record": %s %s'):format(path, what)
  end
  if not file:seek("end") then
    return refuse("is not a file")
  elseif not core.lock(file) then
    return refuse("is in use by another client")
  elseif is_foreign(file) then
    return refuse("holds something that is not a recording")
  end
  local ok
  ok, why = private_file.seclude(file)
  if ok then
    ok, why = core.cut(file, 0)
  end
  if not ok then
    return refuse("cannot be made: " .. why)
  end
  file:seek("end")
  local self = setmetatable({
    file = file, path = path, inner = inner, waits = inner.waits, in_order = true, known = {},
    process = core.process(),
  }, mt)
  write(self, line.head(head))
  if self.failure then
    return refuse("cannot be written")
  end
  return self
end

return M
