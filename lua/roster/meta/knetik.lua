-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What `roster.knetik` takes.
---@class roster.knetik.Options
---@field ca? string file with the certificates to trust, instead of the system's
---@field check? boolean check arguments and bodies before sending (default true)
---of the client credentials or the password grant; else KNETIK_CLIENT_ID in the environment
---@field client_id? string
---of the client credentials grant; else KNETIK_CLIENT_SECRET in the environment
---@field client_secret? string
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
---@field password? string of the password grant; else KNETIK_PASSWORD in the environment
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
---the token, or a function that returns it, asked again when one is refused; else KNETIK_TOKEN in
---the environment
---@field token? string|fun(): string?, string?
---request -> response; "curl": libcurl, inside nginx as well
---@field transport? "curl"|table|fun(request: roster.Request): roster.Response?, string?
---base URL of the service, with its path prefix if it has one; else KNETIK_URL in the environment
---@field url? string
---@field user_agent? string put behind roster's own User-Agent
---@field username? string of the password grant; else KNETIK_USERNAME in the environment

---A lazy list of `roster.knetik.TemplateResource`.
---@class roster.knetik.TemplateResource.List: roster.List
---@overload fun(): roster.knetik.TemplateResource?
local TemplateResourceList = {}

---Fetches the next page: one request.
---@return roster.knetik.TemplateResource[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function TemplateResourceList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.knetik.TemplateResource[]?
function TemplateResourceList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.knetik.TemplateResource[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function TemplateResourceList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.knetik.TemplateResource? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function TemplateResourceList:first() end

---A lazy list of `roster.knetik.UserBaseResource`.
---@class roster.knetik.UserBaseResource.List: roster.List
---@overload fun(): roster.knetik.UserBaseResource?
local UserBaseResourceList = {}

---Fetches the next page: one request.
---@return roster.knetik.UserBaseResource[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function UserBaseResourceList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.knetik.UserBaseResource[]?
function UserBaseResourceList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.knetik.UserBaseResource[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function UserBaseResourceList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.knetik.UserBaseResource? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function UserBaseResourceList:first() end

---A client of KnetikCloud, made by `roster.knetik`: a method for each operation.
---@class roster.knetik.Client: roster.Client
local Client = {}

---Attach a tag to a user.
---
---Takes the tag as a plain string.
---
---`POST /users/{user_id}/tags`
---@param user_id string|integer
---@param body string|roster.knetik.StringWrapper
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_user_tag(user_id, body, options) end

---Create a user template.
---
---`POST /users/templates`
---@param body? roster.knetik.TemplateResource
---@param options? roster.CallOptions
---@return roster.knetik.TemplateResource? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:create_user_template(body, options) end

---@alias roster.knetik.delete_user_template.Options.cascade string
---| "detach"

---@class roster.knetik.delete_user_template.Options: roster.CallOptions
---detach: delete it even while it is in use
---@field cascade? roster.knetik.delete_user_template.Options.cascade

---Delete a user template.
---
---A template in use is deleted only with cascade = "detach".
---
---`DELETE /users/templates/{id}`
---@param id string|integer
---@param options? roster.knetik.delete_user_template.Options
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:delete_user_template(id, options) end

---Fetch one user.
---
---Private fields come only with USERS_ADMIN; the ids templates and password-reset are paths of
---their own.
---
---`GET /users/{id}`
---@param id string|integer
---@param options? roster.CallOptions
---@return roster.knetik.UserResource? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_user(id, options) end

---List a user's tags.
---
---`GET /users/{user_id}/tags`
---@param user_id string|integer
---@param options? roster.ListOptions
---@return roster.List list
function Client:get_user_tags(user_id, options) end

---Fetch one user template.
---
---`GET /users/templates/{id}`
---@param id string|integer
---@param options? roster.CallOptions
---@return roster.knetik.TemplateResource? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_user_template(id, options) end

---@class roster.knetik.get_user_templates.Options: roster.ListOptions
---@field size? integer items a page
---@field page? integer from 1; default: 1
---@field order? string|string[] property:ASC or property:DESC, with commas; default: id:ASC

---Page through user templates.
---
---`GET /users/templates`
---@param options? roster.knetik.get_user_templates.Options
---@return roster.knetik.TemplateResource.List list
function Client:get_user_templates(options) end

---@class roster.knetik.get_users.Options: roster.ListOptions
---@field filter_displayname? string start of the display name
---@field filter_email? string start of the email; needs USERS_ADMIN
---@field filter_firstname? string start of the first name; needs USERS_ADMIN
---@field filter_fullname? string start of the full name; needs USERS_ADMIN
---@field filter_lastname? string start of the last name; needs USERS_ADMIN
---@field filter_username? string start of the username; needs USERS_ADMIN
---@field filter_tag? string users with this tag
---@field filter_group? string members of this group, by its unique name
---@field filter_role? string users with this role
---@field filter_last_activity? string GT, LT, EQ, GOE or LOE, a comma, seconds of Unix time
---@field filter_id_list? string|string[] ids, with commas
---@field filter_search? string start of the display name, else of the username
---@field size? integer items a page
---@field page? integer from 1; default: 1
---@field order? string|string[] property:ASC or property:DESC, with commas; default: id:ASC

---Search and page through users.
---
---Returns the short form of a user; private fields and filters on them need USERS_ADMIN.
---
---`GET /users`
---@param options? roster.knetik.get_users.Options
---@return roster.knetik.UserBaseResource.List list
function Client:get_users(options) end

---Finish a reset: set new password using the secret.
---
---The second step of a reset: takes the secret that the first step sent.
---
---`PUT /users/{id}/password-reset`
---@param id string|integer
---@param body? roster.knetik.NewPasswordRequest
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:password_reset(id, body, options) end

---Register a user.
---
---Needs password although the model has it as optional.
---
---`POST /users`
---@param body? roster.knetik.UserResource.Body
---@param options? roster.CallOptions
---@return roster.knetik.UserResource? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:register_user(body, options) end

---Detach a tag from a user.
---
---`DELETE /users/{user_id}/tags/{tag}`
---@param user_id string|integer
---@param tag string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_user_tag(user_id, tag, options) end

---Set a user's password directly.
---
---Takes the password as a plain string; id is a number, not me.
---
---`PUT /users/{id}/password`
---@param id string|integer
---@param body? string|roster.knetik.StringWrapper
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:set_password(id, body, options) end

---Start a password reset for a known user id.
---
---Sends a secret to the user; how depends on the app.
---
---`POST /users/{id}/password-reset`
---@param id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:start_password_reset(id, options) end

---Start a password reset by email, username or phone.
---
---As start_password_reset, by exactly one of email, username and mobile_number.
---
---`POST /users/password-reset`
---@param body? roster.knetik.PasswordResetRequest
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:submit_password_reset(body, options) end

---Replace a user's profile.
---
---Replaces the whole profile, so read it first; ignores password.
---
---`PUT /users/{id}`
---@param id string|integer
---@param body? roster.knetik.UserResource.Body
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:update_user(id, body, options) end

---Replace a user template.
---
---May answer with nothing.
---
---`PUT /users/templates/{id}`
---@param id string|integer
---@param body? roster.knetik.TemplateResource
---@param options? roster.CallOptions
---@return roster.knetik.TemplateResource? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:update_user_template(id, body, options) end
