-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---@class roster
---@field _VERSION string
---@field null any sends JSON null, which clears an attribute
---marks a table as a JSON list where no model says so
---@field array fun(list?: table): table
---a JSON number that no number of Lua holds exactly, sent without quotes
---@field number fun(text: string): userdata
---@field jumpcloud fun(options?: roster.jumpcloud.Options): roster.jumpcloud.Client
---@field knetik fun(options?: roster.knetik.Options): roster.knetik.Client
---@field okta fun(options?: roster.okta.Options): roster.okta.Client

---What every client can do, whatever its service.
---@class roster.Client
local Client = {}

---Gives up what is on its way, closes the connections that no other client is
---using, and forgets the token. May be called again; a call
---on a closed client fails with kind "closed". Returns true; or nil and why the
---client's recording is not whole, or what of its replay differed or was not
---asked for.
function Client:close() end

---Does something to each item of a source, a few at a time, and waits until
---all is done. `source`: a table (a sequence); a function that returns the
---next item, nil at the end; or a list, from where it stands. `work`: the name
---of an operation, whose first argument the item is (a sequence is all of its
---arguments, another table with an `id` stands for that); or a function
---`(item, client, again)` whose calls look as they do elsewhere, but let other
---items go on. A call that returns nil, message fails its item, and so does
---what the function raises.
---
---Options: concurrency (items at a time, 8: fewer where the service allows
---fewer); on_error ("continue", or "stop": no further item is begun);
---on_result (called with { item, key, outcome = "done"|"failed"|"ambiguous",
---value, meta | message, detail, attempts = requests sent, repeated }: results
---are not kept; raising ends the run); progress (true: one line on stderr
---where that is a terminal); journal (path of a file from which a run that
---did not end is taken up again) and with it key (names an item; else it is
---the item itself, its `id` or its first argument; must differ from item to
---item), load (`(key, client)`: returns the item of a key; nil, message if it
---cannot), name (tells one function's journals from another's), ambiguous.
---
---With a journal an item is on the disk as begun before its request goes out.
---A later run skips what is done and does again what failed. What was begun
---and has no known outcome is done again, since nothing may be left out
---(result.repeated); with ambiguous = "report" it is not, and its result says
---"ambiguous". Safe and idempotent operations are always done again. `again`
---tells a function that an earlier run has begun the item, and may have done
---some of it: time to look first. The keys of the journal are held in memory.
---
---What was begun comes first, from the journal, for a search no longer finds
---whom the work has changed: `load` turns its key into an item. Without `load` the
---item is the key where the source gave no more than that; an operation on an id
---needs only the id of a table (with on_result the user or group is read again,
---where the service has an operation for it). Other items are done again only if
---the source gives them again, and so is what failed, unless there is `load`. What
---then has no outcome is counted as unresolved. A dry run leaves an item as it was.
---
---A journal is of one operation, or of one function: by its `name`, else by the
---names and texts in its code, wherever that is in its file. Functions that
---one piece of code makes with other values, or that differ only in numbers,
---need names. A journal of other work is an error that names both.
---
---Returns counts: done, failed, ambiguous, skipped, repeated, unresolved,
---requests; failures, the first 100 of these results; and unresolved_items, all
---of { key, id, message }: what earlier runs have begun or failed at and this one
---could not settle, and why. Returns nil, message, detail,
---counts for a source that fails, a journal that is of no use, and the first
---failure with on_error = "stop". Ctrl-C is raised after all calls on their
---way were dropped and the journal closed.
---
---```lua
---okta:each({ "00u1", "00u2" }, "suspend_user", { journal = "offboard.jsonl" })
---```
---@param source table|roster.List|fun(): any
---@param work string|fun(item: any, client: any, again: boolean): any, any, any
---@param options? roster.EachOptions
---@return roster.Counts? counts
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
---@return roster.Counts counts what was done, when it failed
function Client:each(source, work, options) end

---What is known of the service's rate limits: a list of { bucket, limit,
---remaining, resets_in (seconds), in_flight }. Sends nothing.
---@return roster.Limit[] limits
function Client:limits() end

---A list of what has no row: path, query, headers, timeout, deadline,
---max_retries and dry_run as above, but for all of its pages; cursor, prefetch,
---max_empty_pages and links (false leaves out each item's _links). The
---pages are found as the service's own lists find them.
---@param request roster.FreeList
---@return roster.List list
function Client:list(request) end

---Sends what has no row, with the same credential, errors and decoding.
---`request`: method (default GET), path (below the base URL, percent-encoded
---by the caller), query (name = value or a list of values), body, headers,
---timeout (seconds), deadline (epoch seconds), max_retries, dry_run. Returns as
---every operation does.
---@param request roster.FreeRequest
---@return any value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:request(request) end

---What every call takes besides.
---@class roster.CallOptions
---@field check? boolean false sends what is written, whatever the documents say
---@field dry_run? boolean return the request instead of sending it
---@field deadline? number when the call must be over, epoch seconds
---@field extra? table names of members to send although no document has them
---@field headers? table<string, string> further request headers, name = value
---@field max_retries? number further tries, 0 for none
---@field strict_text? boolean text that is not Unicode is an error, not repaired with U+FFFD
---@field timeout? number seconds for the whole call with its waits, for all pages of a list

---What every call that returns a list takes besides.
---@class roster.ListOptions: roster.CallOptions
---@field cursor? string where an earlier list stopped: list:cursor()
---@field links? boolean false leaves out each item's _links, and is quicker
---@field max_empty_pages? number pages without items in a row after which the list is an error
---@field prefetch? boolean ask for the next page ahead of its use

---A lazy list: making one sends nothing.
---@class roster.List
---@overload fun(): any
---@field repaired integer U+FFFD read for text that is not Unicode, in the pages so far
local List = {}

---Fetches the next page: one request. Returns the page (a list of items) and
---its meta; nil at the end of the list; nil, message, detail on failure, and
---then asks for the same page again next time.
---@return any[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function List:page() end

---`for page in list:pages() do`: page by page, from the beginning. Raises the
---detail on failure.
---@return fun(): any[]?
function List:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return any[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function List:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return any item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function List:first() end

---Where to resume later: pass it as the option `cursor` to the same operation.
---A page that was not read to its end is delivered again from its start, so
---items may come twice but none is missed. nil when the list has ended; nil,
---message, detail when its arguments cannot be sent.
---@return string? cursor nil at the end, and when it failed
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function List:cursor() end

---Goes back to where the list began. Sends nothing.
function List:rewind() end

---What `client:request` takes: for what has no operation.
---@class roster.FreeRequest
---@field method? string default GET
---@field path string below the base URL, percent-encoded
---@field query? table<string, any> name = value, or a list of values
---@field body? any
---@field headers? table<string, string>
---@field timeout? number seconds; of a list, for all its pages
---@field deadline? number epoch seconds
---@field max_retries? number
---@field dry_run? boolean return the request instead of sending it
---@field strict_text? boolean text that is not Unicode is an error

---What `client:list` takes.
---@class roster.FreeList
---@field path string below the base URL, percent-encoded
---@field query? table<string, any> name = value, or a list of values
---@field headers? table<string, string>
---@field timeout? number seconds; of a list, for all its pages
---@field deadline? number epoch seconds
---@field max_retries? number
---@field dry_run? boolean return the request instead of sending it
---@field links? boolean false leaves out each item's _links
---@field cursor? string where an earlier list stopped
---@field prefetch? boolean ask for the next page ahead of its use
---@field strict_text? boolean text that is not Unicode is an error
---@field max_empty_pages? number pages without items in a row after which the list is an error

---What `client:each` takes besides.
---@class roster.EachOptions
---@field concurrency? integer items at a time, default 8
---@field on_error? "continue"|"stop" default "continue"
---@field on_result? fun(result: roster.EachResult)
---@field journal? string path of a file
---@field name? string tells one function's journals from another's
---names an item in the journal
---@field key? fun(item: any): string|integer
---the item of a key in the journal
---@field load? fun(key: string, client: any): any, string?
---@field ambiguous? "repeat"|"report" default "repeat"
---@field progress? boolean one line on stderr, where that is a terminal

---What an answer said besides its value. To the checker it is a string as well: the same variable
---holds the message when the call failed.
---@class roster.Meta: string
---@field status integer HTTP status
---@field headers table<string|integer, string> by name in lower case; the lines as they came by number
---@field request_id? string to quote to the vendor's support
---@field rate? roster.Rate
---@field timings? roster.Timings
---@field attempts integer how often the request was sent
---@field repaired? integer U+FFFD read for text that is not Unicode; nil for none

---@class roster.Rate
---@field limit? integer calls in a window
---@field remaining? integer
---@field reset? integer when the window ends, epoch seconds

---Seconds since the request began.
---@class roster.Timings
---@field connect? number
---@field first_byte? number
---@field total number

---A request, with every secret masked where a person may see it. As the answer to `dry_run` it
---prints as a curl command.
---@class roster.Request
---@field method string
---@field url string
---@field headers table<string, string>
---@field body? string

---What a transport of one's own returns.
---@class roster.Response
---@field status integer
---@field headers? table<string, string>
---@field body? string

---What came of one attempt.
---@class roster.Outcome
---@field operation string
---@field method string
---@field url string
---@field attempt integer
---@field timings? roster.Timings
---@field status? integer none when there was no answer
---@field request_id? string
---@field reason? string why there was none

---What is known of one of the service's limits.
---@class roster.Limit
---@field bucket string
---@field limit? integer calls in a window
---@field remaining? integer
---@field resets_in? number seconds
---@field in_flight integer

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
---@field repeated? true an earlier run began it

---@class roster.Counts
---@field done integer
---@field failed integer
---@field ambiguous integer
---@field skipped integer done by an earlier run
---@field repeated integer
---@field unresolved integer begun or failed in an earlier run, and not settled by this one
---@field requests integer
---@field failures roster.EachResult[] the first 100
---@field unresolved_items roster.UnresolvedItem[] all

---What an earlier run has left.
---@class roster.UnresolvedItem
---@field key string
---@field id? string|integer of an item that was a table
---@field message string what is known of it
