--- Tables that calls take and return, and that the catalog does not know.
local given = require "roster.client.given"
local sources = require "meta.sources"
local text = require "meta.text"

local M = {}

local PLAN = "lua/roster/bulk/plan.lua"

-- Tables whose fields have their names in the sources, and their types here.
local FREE = {
  method = { "string", "default GET" },
  path = { "string", "below the base URL, percent-encoded", required = true },
  query = { "table<string, any>", "name = value, or a list of values" },
  body = { "any" },
  headers = { "table<string, string>" },
  timeout = { "number", "seconds; of a list, for all its pages" },
  deadline = { "number", "epoch seconds" },
  max_retries = { "number" },
  dry_run = { "boolean", "return the request instead of sending it" },
  cursor = { "string", "where an earlier list stopped" },
  prefetch = { "boolean", "ask for the next page ahead of its use" },
  max_empty_pages = { "number", "pages without items in a row after which the list is an error" },
  links = { "boolean", "false leaves out each item's _links" },
  strict_text = { "boolean", "text that is not Unicode is an error" },
}

local EACH = {
  concurrency = { "integer", "items at a time, default 8" },
  on_error = { '"continue"|"stop"', 'default "continue"' },
  on_result = { "fun(result: roster.EachResult)" },
  journal = { "string", "path of a file" },
  name = { "string", "tells one function's journals from another's" },
  key = { "fun(item: any): string|integer", "names an item in the journal" },
  load = { "fun(key: string, client: any): any, string?", "the item of a key in the journal" },
  ambiguous = { '"repeat"|"report"', 'default "repeat"' },
  progress = { "boolean", "one line on stderr, where that is a terminal" },
}

local function named_lines(class, what, fields, keys)
  local lines = { "---" .. what, "---@class " .. class }
  for _, key in ipairs(keys) do
    local field = assert(fields[key], key)
    text.append(lines, text.annotate(("---@field %s%s %s"):format(key, field.required and "" or "?", field[1]),
      field[2]))
  end
  return lines
end

-- Tables that have no row: the specs compare them with what there is.
local TABLES = {
  [[
---What an answer said besides its value. To the checker it is a string as well: the same variable
---holds the message when the call failed.
---@class roster.Meta: string
---@field status integer HTTP status
---@field headers table<string|integer, string> by name in lower case; the lines as they came by number
---@field request_id? string to quote to the vendor's support
---@field rate? roster.Rate
---@field timings? roster.Timings
---@field attempts integer how often the request was sent
---@field repaired? integer U+FFFD read for text that is not Unicode; nil for none]],
  [[
---@class roster.Rate
---@field limit? integer calls in a window
---@field remaining? integer
---@field reset? integer when the window ends, epoch seconds]],
  [[
---Seconds since the request began.
---@class roster.Timings
---@field connect? number
---@field first_byte? number
---@field total number]],
  [[
---A request, with every secret masked where a person may see it. As the answer to `dry_run` it
---prints as a curl command.
---@class roster.Request
---@field method string
---@field url string
---@field headers table<string, string>
---@field body? string]],
  [[
---What a transport of one's own returns.
---@class roster.Response
---@field status integer
---@field headers? table<string, string>
---@field body? string]],
  [[
---What came of one attempt.
---@class roster.Outcome
---@field operation string
---@field method string
---@field url string
---@field attempt integer
---@field timings? roster.Timings
---@field status? integer none when there was no answer
---@field request_id? string
---@field reason? string why there was none]],
  [[
---What is known of one of the service's limits.
---@class roster.Limit
---@field bucket string
---@field limit? integer calls in a window
---@field remaining? integer
---@field resets_in? number seconds
---@field in_flight integer]],
  [[
---What became of one item.
---@class roster.EachResult
---@field item any
---@field key? string
---@field outcome "done"|"failed"|"ambiguous"
---@field value? any
---@field meta? any
---@field message string nil when done
---@field detail roster.Error nil when done
---@field attempts integer requests sent
---@field repeated? true an earlier run began it]],
  [[
---@class roster.Counts
---@field done integer
---@field failed integer
---@field ambiguous integer
---@field skipped integer done by an earlier run
---@field repeated integer
---@field unresolved integer begun or failed in an earlier run, and not settled by this one
---@field requests integer
---@field failures roster.EachResult[] the first 100
---@field unresolved_items roster.UnresolvedItem[] all]],
  [[
---What an earlier run has left.
---@class roster.UnresolvedItem
---@field key string
---@field id? string|integer of an item that was a table
---@field message string what is known of it]],
}

--- Their classes, one list of lines each.
---@return string[][]
function M.parts()
  local parts = {
    named_lines("roster.FreeRequest", "What `client:request` takes: for what has no operation.", FREE, given.REQUEST),
    named_lines("roster.FreeList", "What `client:list` takes.", FREE, given.LIST),
    named_lines("roster.EachOptions", "What `client:each` takes besides.", EACH,
      sources.keys(PLAN, "OPTIONS")),
  }
  for _, part in ipairs(TABLES) do
    parts[#parts + 1] = { part }
  end
  return parts
end

return M
