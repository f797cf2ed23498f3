--- What every client can do, whatever its service.
local core = require "roster.core"
local given = require "roster.client.given"
local states = require "roster.client.state"

local M = {}

--- Sends what has no row, with the same credential, errors and decoding.
--- `request`: method (default GET), path (below the base URL, percent-encoded
--- by the caller), query (name = value or a list of values), body, headers,
--- timeout (seconds), deadline (epoch seconds), max_retries, dry_run. Returns as
--- every operation does.
---@param request table
---@return any value, table|string|nil meta, roster.Error? detail
function M:request(request)
  local state = states.of(self, "request")
  local free = given.read(request, given.REQUEST, state.service .. " request")
  local call, message, detail = states.prepare(state, "request", core.call_free(state.core, free, false))
  if not call then
    return nil, message, detail
  end
  return states.run(state, call, free)
end

--- A list of what has no row: path, query, headers, timeout, deadline,
--- max_retries and dry_run as above, but for all of its pages; cursor, prefetch,
--- max_empty_pages and links (false leaves out each item's _links). The
--- pages are found as the service's own lists find them.
---@param request table
---@return table list
function M:list(request)
  return require("roster.client.lists").of_request(states.of(self, "list"), request)
end

--- Gives up what is on its way, closes the connections that no other client is
--- using, and forgets the token. May be called again; a call
--- on a closed client fails with kind "closed". Returns true; or nil and why the
--- client's recording is not whole, or what of its replay differed or was not
--- asked for.
---@return boolean? ok, string? message
function M:close()
  local state = states.of(self, "close")
  if not state.closed then
    state.closed = true
    state.core:forget()
    if state.source then
      state.source:close()
    end
    if state.transport.close then
      local ok, message = state.transport:close()
      if ok == nil and message ~= nil then
        return nil, message
      end
    end
  end
  return true
end

--- Does something to each item of a source, a few at a time, and waits until
--- all is done. `source`: a table (a sequence); a function that returns the
--- next item, nil at the end; or a list, from where it stands. `work`: the name
--- of an operation, whose first argument the item is (a sequence is all of its
--- arguments, another table with an `id` stands for that); or a function
--- `(item, client, again)` whose calls look as they do elsewhere, but let other
--- items go on. A call that returns nil, message fails its item, and so does
--- what the function raises.
---
--- Options: concurrency (items at a time, 8: fewer where the service allows
--- fewer); on_error ("continue", or "stop": no further item is begun);
--- on_result (called with { item, key, outcome = "done"|"failed"|"ambiguous",
--- value, meta | message, detail, attempts = requests sent, repeated }: results
--- are not kept; raising ends the run); progress (true: one line on stderr
--- where that is a terminal); journal (path of a file from which a run that
--- did not end is taken up again) and with it key (names an item; else it is
--- the item itself, its `id` or its first argument; must differ from item to
--- item), load (`(key, client)`: returns the item of a key; nil, message if it
--- cannot), name (tells one function's journals from another's), ambiguous.
---
--- With a journal an item is on the disk as begun before its request goes out.
--- A later run skips what is done and does again what failed. What was begun
--- and has no known outcome is done again, since nothing may be left out
--- (result.repeated); with ambiguous = "report" it is not, and its result says
--- "ambiguous". Safe and idempotent operations are always done again. `again`
--- tells a function that an earlier run has begun the item, and may have done
--- some of it: time to look first. The keys of the journal are held in memory.
---
--- What was begun comes first, from the journal, for a search no longer finds
--- whom the work has changed: `load` turns its key into an item. Without `load` the
--- item is the key where the source gave no more than that; an operation on an id
--- needs only the id of a table (with on_result the user or group is read again,
--- where the service has an operation for it). Other items are done again only if
--- the source gives them again, and so is what failed, unless there is `load`. What
--- then has no outcome is counted as unresolved. A dry run leaves an item as it was.
---
--- A journal is of one operation, or of one function: by its `name`, else by the
--- names and texts in its code, wherever that is in its file. Functions that
--- one piece of code makes with other values, or that differ only in numbers,
--- need names. A journal of other work is an error that names both.
---
--- Returns counts: done, failed, ambiguous, skipped, repeated, unresolved,
--- requests; failures, the first 100 of these results; and unresolved_items, all
--- of { key, id, message }: what earlier runs have begun or failed at and this one
--- could not settle, and why. Returns nil, message, detail,
--- counts for a source that fails, a journal that is of no use, and the first
--- failure with on_error = "stop". Ctrl-C is raised after all calls on their
--- way were dropped and the journal closed.
-- usage: okta:each({ "00u1", "00u2" }, "suspend_user", { journal = "offboard.jsonl" })
---@param source table|function
---@param work string|fun(item: any, client: table, again: boolean): any, any, any
---@param options table?
---@return table? counts, string? message, roster.Error? detail, table? counts
function M:each(source, work, options)
  return require("roster.bulk").run(self, states.of(self, "each"), source, work, options)
end

--- What is known of the service's rate limits: a list of { bucket, limit,
--- remaining, resets_in (seconds), in_flight }. Sends nothing.
---@return table[]
function M:limits()
  local state = states.of(self, "limits")
  return state.governor and state.governor:limits(state.clock.now()) or {}
end

return M
