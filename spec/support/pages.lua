-- A service whose list has pages: the answers, linked to each other.
local replayed = require "spec.support.replayed"

local M = {}

--- The URL of page `n` of list_users; the first is what an empty call asks.
function M.url(n)
  return replayed.url .. "/api/v1/users" .. (n > 1 and "?after=c" .. n or "")
end

--- The body of a page: users with these ids.
function M.body(ids)
  local parts = {}
  for i, id in ipairs(ids) do
    parts[i] = ('{"id":"%s"}'):format(id)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

--- A transport function. `pages` maps 1..n to lists of ids, or to a function
--- that answers for a page.
---@param pages table
---@return function transport, table asked numbers of the pages, in order
function M.serve(pages)
  local asked = {}
  return function(request)
    local n = tonumber(request.url:match("[?&]after=c(%d+)")) or 1
    asked[#asked + 1] = n
    if type(pages[n]) == "function" then
      return pages[n](request)
    end
    local link = pages[n + 1] and "<" .. M.url(n + 1) .. '>; rel="next"' or nil
    return replayed.json(M.body(pages[n]), 200, { Link = link })
  end, asked
end

--- A client of such a service, and the pages it has asked for so far.
function M.client(pages)
  local transport, asked = M.serve(pages)
  return replayed.client(nil, { transport = transport }), asked
end

--- The ids of users, in order.
function M.ids(users)
  local ids = {}
  for i, user in ipairs(users) do
    ids[i] = user.id
  end
  return ids
end

--- The ids of everything that a loop over the list sees.
function M.walk(list)
  local ids = {}
  for user in list do
    ids[#ids + 1] = user.id
  end
  return ids
end

return M
