--- Pages that lead to each other by a Link header (RFC 8288): the next one is
--- where the service says, and nowhere else.
local core = require "roster.core"

local M = {}

local methods = {}
local mt = { __index = methods }

-- without the origin, which has more than one spelling
local function path_of(url)
  return (url:match("^%a+://[^/?#]*([^?#]*)"))
end

--- `build()` gives a fresh call for the first page, or nil, message, detail;
--- `cursor` is where an earlier walk stopped.
---@param build fun(): userdata?, string?, roster.Error?
---@param cursor string?
function M.new(build, cursor)
  return setmetatable({
    build = build,
    next_url = cursor,
    at = cursor, -- URL of the page last taken; nil: none, or the first
    seen = {},
    ended = false,
    most_ahead = 1, -- a page's link is not known before its header
    knows_early = true,
  }, mt)
end

--- The call for the page after the one whose header has come with `call`; nil
--- where there is none to be asked for without a doubt.
---@param _ integer
---@param call userdata
---@return userdata?
function methods:upcoming(_, call)
  local next_url = call:next_url()
  local ahead = next_url and self.build()
  if not ahead then
    return nil
  end
  local mark = ahead:follow(next_url) and core.fingerprint(ahead:url())
  if mark and mark ~= self.mark and not self.seen[mark] then
    return ahead
  end
  ahead:close()
end

--- The call for the page that comes next; nil, message, detail when there is
--- none. What is wrong with the page's address is in the call.
---@return userdata? call, string? message, roster.Error? detail
function methods:call()
  local call, message, detail = self.build()
  if not call then
    return nil, message, detail
  end
  local path = path_of(call:url())
  local ok, why = true, nil
  if self.next_url then
    ok, why = call:follow(self.next_url)
  end
  self.url = call:url()
  self.mark = core.fingerprint(self.url)
  if self.next_url and next(self.seen) == nil then
    -- not a link of the service's, but what the caller gave
    if not ok then
      call:fail("argument", "the cursor " .. why)
    elseif path_of(self.url) ~= path then
      call:fail("argument", "the cursor belongs to another list")
    end
  elseif not ok then
    call:fail("protocol", "the link to the next page " .. why)
  elseif self.seen[self.mark] then
    call:fail("protocol", "the next page is one already seen: the list would never end")
  end
  return call
end

--- The list of items within the answer: all of it.
function methods.items(_, page)
  return page
end

--- Takes the answer to that call; returns the page's items.
function methods:take(page, _, _, next_url)
  self.seen[self.mark] = true
  self.at = self.url
  self.next_url = next_url
  self.ended = next_url == nil
  self.is_blank = #page == 0 and not self.ended
  return page
end

--- Where the walk is: a link does not say.
function methods.place(_)
  return nil
end

--- A cursor to the page last taken, and one to the page after it.
function methods:here()
  return self.at
end

function methods:ahead()
  if self.ended or self.next_url then
    return self.next_url
  end
  local call, message, detail = self.build()
  if not call then
    return nil, message, detail
  end
  return call:url()
end

return M
