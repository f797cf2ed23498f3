-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What `roster.jumpcloud` takes.
---@class roster.jumpcloud.Options
---an administrator's API key, or a function that returns it; else JUMPCLOUD_API_KEY or JC_API_KEY
---in the environment
---@field api_key? string|fun(): string?, string?
---@field ca? string file with the certificates to trust, instead of the system's
---@field check? boolean check arguments and bodies before sending (default true)
---now, wall, random and sleep, for tests; a function is now
---@field clock? table|fun(): number
---keep within the rate limits: { capacity = 0.9 }, false for off
---@field governor? boolean|{ capacity?: number }
---@field insecure? boolean allow plain http:// to another machine (default false)
---pages without items in a row after which a list is an error (default 300)
---@field max_empty_pages? number
---JSON values of one response, nested ones too (default 10,000,000, inside nginx 200,000)
---@field max_nodes? number
---bytes of one response's body, unpacked (default 64 MiB, inside nginx 8 MiB)
---@field max_response? number
---@field max_retries? number further tries of one call, 0 for none (default 4)
---seconds; a call that would wait longer fails with retry_at (default: none, in nginx 1)
---@field max_wait? number
---(request) before each attempt, masked
---@field on_request? fun(request: roster.Request)
---(outcome) after each attempt
---@field on_response? fun(outcome: roster.Outcome)
---(outcome, seconds, why) before a further attempt
---@field on_retry? fun(outcome: roster.Outcome, seconds: number, why: string)
---(seconds, why, bucket) -> false refuses the wait
---@field on_wait? fun(seconds: number, why: string, bucket: string): boolean?
---(message) takes what is else written to stderr, or in nginx to its log
---@field on_warning? fun(message: string)
---organization, for request() and list(); operations take x_org_id per call; else JUMPCLOUD_ORG_ID
---or JC_ORG_ID in the environment
---@field org_id? string
---@field prefetch? boolean ask for a list's next page while its last is read (default true)
---@field proxy? string|boolean URL of a proxy; false for none, not even one of the environment
---@field record? string file that what is sent and what comes back is written to, without secrets
---@field replay? string such a file to answer from, strictly: the same requests in the same order
---@field sandbox? boolean|table answer from an in-process stand-in for the service
---@field scheduler? table how calls in coroutines wait: roster.loop.cqueues, roster.loop.luv
---@field store? boolean|table where clients share token and quota: see roster.store; false for none
---text in a response that is not Unicode is an error (default: read as U+FFFD)
---@field strict_text? boolean
---@field timeout? number seconds for a whole call with its waits and retries (default 300)
---request -> response; "curl": libcurl, inside nginx as well
---@field transport? "curl"|table|fun(request: roster.Request): roster.Response?, string?
---base URL of the service, with its path prefix if it has one; else JUMPCLOUD_URL in the
---environment
---@field url? string
---@field user_agent? string put behind roster's own User-Agent

---A lazy list of `roster.jumpcloud.OrganizationslistResults`.
---@class roster.jumpcloud.OrganizationslistResults.List: roster.List
---@overload fun(): roster.jumpcloud.OrganizationslistResults?
local OrganizationslistResultsList = {}

---Fetches the next page: one request.
---@return roster.jumpcloud.OrganizationslistResults[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function OrganizationslistResultsList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.jumpcloud.OrganizationslistResults[]?
function OrganizationslistResultsList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.jumpcloud.OrganizationslistResults[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OrganizationslistResultsList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.jumpcloud.OrganizationslistResults? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OrganizationslistResultsList:first() end

---A client of JumpCloud, made by `roster.jumpcloud`: a method for each operation.
---@class roster.jumpcloud.Client: roster.Client
local Client = {}

---Start a TOTP (second factor) reset for an administrator.
---
---Console administrators, not directory users; 412 means that a precondition failed.
---
---`POST /users/resettotp/{id}`
---@param id string|integer 24 hexadecimal digits
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:admin_totpreset_begin(id, options) end

---@class roster.jumpcloud.organization_list.Options: roster.ListOptions
---@field fields? string|string[] fields to return, with spaces
---@field filter? string|string[]|{ any: string[] } field:$op:value
---@field limit? integer items a page, 1 to 100
---the service takes an object: search[fields][], search[searchTerm]
---@field search? string|table<string, any>
---@field skip? integer items to leave out; default: 0
---@field sort? string|string[] fields, with spaces; -field for descending
---@field sort_ignore_case? string|string[] as sort, ignoring case

---List the organizations visible to the key.
---
---Sorted by _id unless told otherwise, so that the pages fit together.
---
---`GET /organizations`
---@param options? roster.jumpcloud.organization_list.Options
---@return roster.jumpcloud.OrganizationslistResults.List list
function Client:organization_list(options) end

---@class roster.jumpcloud.users_put.Options: roster.CallOptions
---@field x_org_id? string id of the organization, for multi-tenant administrators

---Change an administrator's profile, role or MFA duty.
---
---Console administrators, not directory users; changes only what is given; x_org_id only when a
---tenant is meant.
---
---`PUT /users/{id}`
---@param id string|integer 24 hexadecimal digits
---@param body? roster.jumpcloud.Userput
---@param options? roster.jumpcloud.users_put.Options
---@return roster.jumpcloud.Userreturn? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:users_put(id, body, options) end

---Mail an administrator a password reset link.
---
---Has an effect although it is a GET: never repeated.
---
---`GET /users/reactivate/{id}`
---@param id string|integer 24 hexadecimal digits
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:users_reactivate_get(id, options) end
