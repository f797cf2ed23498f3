-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What `roster.okta` takes.
---@class roster.okta.Options
---an OAuth access token (Bearer), or a function that returns it; else OKTA_CLIENT_ACCESSTOKEN in
---the environment
---@field access_token? string|fun(): string?, string?
---@field algorithm? string what the signer signs with: RS256 (default), ES256
---@field ca? string file with the certificates to trust, instead of the system's
---@field check? boolean check arguments and bodies before sending (default true)
---of the service app that asks for access tokens, with a private key; else OKTA_CLIENT_CLIENTID in
---the environment
---@field client_id? string
---now, wall, random and sleep, for tests; a function is now
---@field clock? table|fun(): number
---YAML to read instead of ./.okta.yaml and ~/.okta/okta.yaml, and to trust
---@field config_file? string
---keep within the rate limits: { capacity = 0.9 }, false for off
---@field governor? boolean|{ capacity?: number }
---@field insecure? boolean allow plain http:// to another machine (default false)
---@field key_id? string the key's id at Okta (default: that of the JWK)
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
---@field prefetch? boolean ask for a list's next page while its last is read (default true)
---its key: PEM, a JWK as text or table, or a file's path; else OKTA_CLIENT_PRIVATEKEY in the
---environment
---@field private_key? string|table
---@field profile? string section of the configuration files, for one of several orgs
---@field proxy? string|boolean URL of a proxy; false for none, not even one of the environment
---@field record? string file that what is sent and what comes back is written to, without secrets
---@field replay? string such a file to answer from, strictly: the same requests in the same order
---@field sandbox? boolean|table answer from an in-process stand-in for the service
---@field scheduler? table how calls in coroutines wait: roster.loop.cqueues, roster.loop.luv
---what access tokens are to be good for: a list, or with spaces between; else OKTA_CLIENT_SCOPES in
---the environment
---@field scopes? string|string[]
---(data, algorithm) -> signature, instead of private_key
---@field signer? fun(data: string, algorithm: string): string?, string?
---@field store? boolean|table where clients share token and quota: see roster.store; false for none
---text in a response that is not Unicode is an error (default: read as U+FFFD)
---@field strict_text? boolean
---@field timeout? number seconds for a whole call with its waits and retries (default 300)
---an API token (SSWS), or a function that returns it; else OKTA_CLIENT_TOKEN in the environment
---@field token? string|fun(): string?, string?
---request -> response; "curl": libcurl, inside nginx as well
---@field transport? "curl"|table|fun(request: roster.Request): roster.Response?, string?
---base URL of the service, with its path prefix if it has one; else OKTA_CLIENT_ORGURL in the
---environment
---@field url? string
---@field user_agent? string put behind roster's own User-Agent

---A lazy list of `roster.okta.AppLink`.
---@class roster.okta.AppLink.List: roster.List
---@overload fun(): roster.okta.AppLink?
local AppLinkList = {}

---Fetches the next page: one request.
---@return roster.okta.AppLink[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function AppLinkList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.AppLink[]?
function AppLinkList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.AppLink[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function AppLinkList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.AppLink? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function AppLinkList:first() end

---A lazy list of `roster.okta.CatalogApplication`.
---@class roster.okta.CatalogApplication.List: roster.List
---@overload fun(): roster.okta.CatalogApplication?
local CatalogApplicationList = {}

---Fetches the next page: one request.
---@return roster.okta.CatalogApplication[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function CatalogApplicationList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.CatalogApplication[]?
function CatalogApplicationList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.CatalogApplication[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function CatalogApplicationList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.CatalogApplication? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function CatalogApplicationList:first() end

---A lazy list of `roster.okta.Group`.
---@class roster.okta.Group.List: roster.List
---@overload fun(): roster.okta.Group?
local GroupList = {}

---Fetches the next page: one request.
---@return roster.okta.Group[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function GroupList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.Group[]?
function GroupList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.Group[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function GroupList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.Group? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function GroupList:first() end

---A lazy list of `roster.okta.IdentityProvider`.
---@class roster.okta.IdentityProvider.List: roster.List
---@overload fun(): roster.okta.IdentityProvider?
local IdentityProviderList = {}

---Fetches the next page: one request.
---@return roster.okta.IdentityProvider[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function IdentityProviderList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.IdentityProvider[]?
function IdentityProviderList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.IdentityProvider[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function IdentityProviderList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.IdentityProvider? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function IdentityProviderList:first() end

---A lazy list of `roster.okta.OAuth2Client`.
---@class roster.okta.OAuth2Client.List: roster.List
---@overload fun(): roster.okta.OAuth2Client?
local OAuth2ClientList = {}

---Fetches the next page: one request.
---@return roster.okta.OAuth2Client[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function OAuth2ClientList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.OAuth2Client[]?
function OAuth2ClientList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.OAuth2Client[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2ClientList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.OAuth2Client? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2ClientList:first() end

---A lazy list of `roster.okta.OAuth2RefreshToken`.
---@class roster.okta.OAuth2RefreshToken.List: roster.List
---@overload fun(): roster.okta.OAuth2RefreshToken?
local OAuth2RefreshTokenList = {}

---Fetches the next page: one request.
---@return roster.okta.OAuth2RefreshToken[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function OAuth2RefreshTokenList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.OAuth2RefreshToken[]?
function OAuth2RefreshTokenList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.OAuth2RefreshToken[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2RefreshTokenList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.OAuth2RefreshToken? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2RefreshTokenList:first() end

---A lazy list of `roster.okta.OAuth2ScopeConsentGrant`.
---@class roster.okta.OAuth2ScopeConsentGrant.List: roster.List
---@overload fun(): roster.okta.OAuth2ScopeConsentGrant?
local OAuth2ScopeConsentGrantList = {}

---Fetches the next page: one request.
---@return roster.okta.OAuth2ScopeConsentGrant[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function OAuth2ScopeConsentGrantList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.OAuth2ScopeConsentGrant[]?
function OAuth2ScopeConsentGrantList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.OAuth2ScopeConsentGrant[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2ScopeConsentGrantList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.OAuth2ScopeConsentGrant? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function OAuth2ScopeConsentGrantList:first() end

---A lazy list of `roster.okta.ResponseLinks`.
---@class roster.okta.ResponseLinks.List: roster.List
---@overload fun(): roster.okta.ResponseLinks?
local ResponseLinksList = {}

---Fetches the next page: one request.
---@return roster.okta.ResponseLinks[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function ResponseLinksList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.ResponseLinks[]?
function ResponseLinksList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.ResponseLinks[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function ResponseLinksList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.ResponseLinks? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function ResponseLinksList:first() end

---A lazy list of `roster.okta.Role`.
---@class roster.okta.Role.List: roster.List
---@overload fun(): roster.okta.Role?
local RoleList = {}

---Fetches the next page: one request.
---@return roster.okta.Role[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function RoleList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.Role[]?
function RoleList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.Role[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function RoleList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.Role? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function RoleList:first() end

---A lazy list of `roster.okta.User`.
---@class roster.okta.User.List: roster.List
---@overload fun(): roster.okta.User?
local UserList = {}

---Fetches the next page: one request.
---@return roster.okta.User[]? page nil at the end, and when it failed
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function UserList:page() end

---`for page in list:pages() do`: page by page, from the beginning.
---@return fun(): roster.okta.User[]?
function UserList:pages() end

---Everything in one table, or the first `max` items.
---@param options? { max?: integer }
---@return roster.okta.User[]? items
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function UserList:all(options) end

---The first item, or nil when there is none; nil, message, detail on failure.
---@return roster.okta.User? item
---@return string message nil unless it failed
---@return roster.Error detail nil unless it failed
function UserList:first() end

---A client of Okta, made by `roster.okta`: a method for each operation.
---@class roster.okta.Client: roster.Client
local Client = {}

---@class roster.okta.activate_user.Options: roster.CallOptions
---false: return token and URL, mail nothing; the documents up to 2022 require it; default: true
---@field send_email? boolean

---Activate user.
---
---Mails the user unless send_email is false; only then does the answer hold the token and the URL.
---
---`POST /api/v1/users/{userId}/lifecycle/activate`
---@param user_id string|integer
---@param options? roster.okta.activate_user.Options
---@return roster.okta.UserActivationToken? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:activate_user(user_id, options) end

---Open app-admin role to all apps.
---
---Lifts every restriction: the role then covers all apps.
---
---`PUT /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_all_apps_as_target_to_role(user_id, role_id, options) end

---Add catalog app target to user role.
---
---Only for APP_ADMIN; replaces the app's instance targets; the first target narrows a role that
---covered all.
---
---`PUT /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param app_name string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_application_target_to_admin_role_for_user(
  user_id, role_id, app_name, options
) end

---Add app instance target to user role.
---
---Only for APP_ADMIN; the first target narrows a role that covered all.
---
---`PUT /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}/{applicationId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param app_name string|integer
---@param application_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_application_target_to_app_admin_role_for_user(
  user_id, role_id, app_name, application_id, options
) end

---Add group target to user role.
---
---Only for USER_ADMIN, HELP_DESK_ADMIN and GROUP_MEMBERSHIP_ADMIN; the first target narrows a role
---that covered all.
---
---`PUT /api/v1/users/{userId}/roles/{roleId}/targets/groups/{groupId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param group_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_group_target_to_role(user_id, role_id, group_id, options) end

---@class roster.okta.assign_role_to_user.Options: roster.CallOptions
---@field disable_notifications? boolean grants the status of a third-party administrator

---Assign admin role to user.
---
---The id in the answer is the roleId of the other operations.
---
---`POST /api/v1/users/{userId}/roles`
---@param user_id string|integer
---@param body roster.okta.AssignRoleRequest
---@param options? roster.okta.assign_role_to_user.Options
---@return roster.okta.Role? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:assign_role_to_user(user_id, body, options) end

---What the older document calls `assign_role_to_user`.
---@deprecated use assign_role_to_user
---@param user_id string|integer
---@param body roster.okta.AssignRoleRequest
---@param options? roster.okta.assign_role_to_user.Options
---@return roster.okta.Role? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:add_role_to_user(user_id, body, options) end

---@class roster.okta.change_password.Options: roster.CallOptions
---@field strict? boolean also check the age of the password

---Change password (old password checked).
---
---Checks the old password; moves a user in RECOVERY to ACTIVE.
---
---`POST /api/v1/users/{userId}/credentials/change_password`
---@param user_id string|integer
---@param body roster.okta.ChangePasswordRequest
---@param options? roster.okta.change_password.Options
---@return roster.okta.UserCredentials? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:change_password(user_id, body, options) end

---Change recovery question.
---
---Checks password.value; without the password use partial_update_user.
---
---`POST /api/v1/users/{userId}/credentials/change_recovery_question`
---@param user_id string|integer
---@param body roster.okta.UserCredentials.Body
---@param options? roster.CallOptions
---@return roster.okta.UserCredentials? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:change_recovery_question(user_id, body, options) end

---@class roster.okta.clear_user_sessions.Options: roster.CallOptions
---@field oauth_tokens? boolean true: revoke OpenID Connect and OAuth tokens as well; default: false
---@field forget_devices? boolean false: keep remembered factors; default: true

---End all user sessions.
---
---Sessions of web and native apps stay; remembered factors go too unless forget_devices is false.
---
---`DELETE /api/v1/users/{userId}/sessions`
---@param user_id string|integer
---@param options? roster.okta.clear_user_sessions.Options
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:clear_user_sessions(user_id, options) end

---What the older document calls `clear_user_sessions`.
---@deprecated use clear_user_sessions
---@param user_id string|integer
---@param options? roster.okta.clear_user_sessions.Options
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:end_all_user_sessions(user_id, options) end

---@alias roster.okta.create_user.Options.next_login string
---| "changePassword"

---@class roster.okta.create_user.Options: roster.CallOptions
---@field activate? boolean false: leave the user STAGED; default: true
---@field provider? boolean needed when credentials.provider is FEDERATION or SOCIAL; default: false
---needs activate and a password: else E0000124 or E0000125
---@field next_login? roster.okta.create_user.Options.next_login

---Create user.
---
---Activates at once unless activate is false; next_login needs that and a password; at most 20
---groupIds.
---
---`POST /api/v1/users`
---@param body roster.okta.CreateUserRequest
---@param options? roster.okta.create_user.Options
---@return roster.okta.User? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:create_user(body, options) end

---@alias roster.okta.deactivate_or_delete_user.Options.prefer string
---| "respond-async"

---@class roster.okta.deactivate_or_delete_user.Options: roster.CallOptions
---@field send_email? boolean mails an administrator, not the user; default: false
---@field prefer? roster.okta.deactivate_or_delete_user.Options.prefer do not wait for the end

---Deactivate or delete user.
---
---Takes two calls: the first deactivates, the second erases for good.
---
---`DELETE /api/v1/users/{userId}`
---@param user_id string|integer
---@param options? roster.okta.deactivate_or_delete_user.Options
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:deactivate_or_delete_user(user_id, options) end

---@alias roster.okta.deactivate_user.Options.prefer string
---| "respond-async"

---@class roster.okta.deactivate_user.Options: roster.CallOptions
---@field send_email? boolean mails an administrator, not the user; default: false
---@field prefer? roster.okta.deactivate_user.Options.prefer do not wait for the end

---Deactivate user.
---
---Deprovisions the user's apps and ends asynchronously: poll get_user; send_email mails an
---administrator.
---
---`POST /api/v1/users/{userId}/lifecycle/deactivate`
---@param user_id string|integer
---@param options? roster.okta.deactivate_user.Options
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:deactivate_user(user_id, options) end

---@class roster.okta.expire_password.Options: roster.CallOptions
---@field temp_password? boolean true: the answer is a TempPassword; default: false

---Expire password.
---
---temp_password = true puts the password in the answer: rather call
---expire_password_and_get_temporary_password.
---
---`POST /api/v1/users/{userId}/lifecycle/expire_password`
---@param user_id string|integer
---@param options? roster.okta.expire_password.Options
---@return roster.okta.User? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:expire_password(user_id, options) end

---@class roster.okta.expire_password_and_get_temporary_password.Options: roster.CallOptions
---@field revoke_sessions? boolean true: end the other sessions of the user; default: false

---Expire password, return temporary one.
---
---The answer holds a password.
---
---`POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password`
---@param user_id string|integer
---@param options? roster.okta.expire_password_and_get_temporary_password.Options
---@return roster.okta.TempPassword? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:expire_password_and_get_temporary_password(user_id, options) end

---@class roster.okta.forgot_password.Options: roster.CallOptions
---@field send_email? boolean false: return the URL instead of mailing it; default: true

---Start forgot-password flow.
---
---Needs an ACTIVE user and leaves the status alone; a body is for older servers only.
---
---`POST /api/v1/users/{userId}/credentials/forgot_password`
---@param user_id string|integer
---@param body? roster.okta.UserCredentials.Body
---@param options? roster.okta.forgot_password.Options
---@return roster.okta.ForgotPasswordResponse? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:forgot_password(user_id, body, options) end

---@class roster.okta.forgot_password_set_new_password.Options: roster.CallOptions
---@field send_email? boolean effect not documented; default: true

---Set password via recovery answer.
---
---Needs password.value and recovery_question.answer, although a document calls the body optional.
---
---`POST /api/v1/users/{userId}/credentials/forgot_password_recovery_question`
---@param user_id string|integer
---@param body roster.okta.UserCredentials.Body
---@param options? roster.okta.forgot_password_set_new_password.Options
---@return roster.okta.UserCredentials? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:forgot_password_set_new_password(user_id, body, options) end

---@class roster.okta.get_linked_objects_for_user.Options: roster.ListOptions
---@field after? string opaque cursor of a page
---@field limit? integer items a page; gone from newer documents

---List linked users for a relationship.
---
---Links only, no users; an empty list when there is none.
---
---`GET /api/v1/users/{userId}/linkedObjects/{relationshipName}`
---@param user_id string|integer
---@param relationship_name string|integer
---@param options? roster.okta.get_linked_objects_for_user.Options
---@return roster.okta.ResponseLinks.List list
function Client:get_linked_objects_for_user(user_id, relationship_name, options) end

---@alias roster.okta.get_refresh_token_for_user_and_client.Options.expand string
---| "scope"

---@class roster.okta.get_refresh_token_for_user_and_client.Options: roster.CallOptions
---scope: embed the details of the scope
---@field expand? roster.okta.get_refresh_token_for_user_and_client.Options.expand
---@field limit? integer no effect
---@field after? string no effect

---Get one refresh token.
---
---Limit and after mean nothing for a single token.
---
---`GET /api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}`
---@param user_id string|integer
---@param client_id string|integer
---@param token_id string|integer
---@param options? roster.okta.get_refresh_token_for_user_and_client.Options
---@return roster.okta.OAuth2RefreshToken? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_refresh_token_for_user_and_client(user_id, client_id, token_id, options) end

---@alias roster.okta.get_user.Options.expand string
---| "blocks"
---| "classification"

---@class roster.okta.get_user.Options: roster.CallOptions
---@field expand? roster.okta.get_user.Options.expand
---@field content_type? string the whole media type, with its okta-response: rather use omit
---parts of users to leave out: credentials, links, transitioning; all three are the quickest
---@field omit? string|string[]

---Get user.
---
---userId may be a login or me, the token's owner; a login with a slash or ? is reachable by id
---only.
---
---`GET /api/v1/users/{userId}`
---@param user_id string|integer
---@param options? roster.okta.get_user.Options
---@return roster.okta.User? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_user(user_id, options) end

---@alias roster.okta.get_user_grant.Options.expand string
---| "scope"

---@class roster.okta.get_user_grant.Options: roster.CallOptions
---@field expand? roster.okta.get_user_grant.Options.expand scope: embed the details of the scope

---Get one consent grant.
---
---userId is an id: me needs a browser session.
---
---`GET /api/v1/users/{userId}/grants/{grantId}`
---@param user_id string|integer
---@param grant_id string|integer
---@param options? roster.okta.get_user_grant.Options
---@return roster.okta.OAuth2ScopeConsentGrant? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_user_grant(user_id, grant_id, options) end

---Get one role assignment.
---
---`GET /api/v1/users/{userId}/roles/{roleId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param options? roster.CallOptions
---@return roster.okta.Role? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:get_user_role(user_id, role_id, options) end

---@class roster.okta.list_app_links.Options: roster.ListOptions
---@field show_all? boolean older document only; default: false

---List app links.
---
---`GET /api/v1/users/{userId}/appLinks`
---@param user_id string|integer
---@param options? roster.okta.list_app_links.Options
---@return roster.okta.AppLink.List list
function Client:list_app_links(user_id, options) end

---@class roster.okta.list_application_targets_for_application_administrator_role_for_user.Options: roster.ListOptions
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200

---List app targets of a user role.
---
---Only an app instance has an id, a catalog app has none.
---
---`GET /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param options? roster.okta.list_application_targets_for_application_administrator_role_for_user.Options
---@return roster.okta.CatalogApplication.List list
function Client:list_application_targets_for_application_administrator_role_for_user(
  user_id, role_id, options
) end

---@alias roster.okta.list_assigned_roles_for_user.Options.expand string
---| "targets/groups"
---| "targets/catalog/apps"

---@class roster.okta.list_assigned_roles_for_user.Options: roster.ListOptions
---@field expand? roster.okta.list_assigned_roles_for_user.Options.expand embed the targets

---List role assignments of user.
---
---The id of an entry is the roleId of the other operations.
---
---`GET /api/v1/users/{userId}/roles`
---@param user_id string|integer
---@param options? roster.okta.list_assigned_roles_for_user.Options
---@return roster.okta.Role.List list
function Client:list_assigned_roles_for_user(user_id, options) end

---What the older document calls `list_assigned_roles_for_user`.
---@deprecated use list_assigned_roles_for_user
---@param user_id string|integer
---@param options? roster.okta.list_assigned_roles_for_user.Options
---@return roster.okta.Role.List list
function Client:list_assigned_roles(user_id, options) end

---@alias roster.okta.list_grants_for_user_and_client.Options.expand string
---| "scope"

---@class roster.okta.list_grants_for_user_and_client.Options: roster.ListOptions
---scope: embed the details of the scope
---@field expand? roster.okta.list_grants_for_user_and_client.Options.expand
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200

---List grants of a user/client pair.
---
---userId is an id: me needs a browser session.
---
---`GET /api/v1/users/{userId}/clients/{clientId}/grants`
---@param user_id string|integer
---@param client_id string|integer
---@param options? roster.okta.list_grants_for_user_and_client.Options
---@return roster.okta.OAuth2ScopeConsentGrant.List list
function Client:list_grants_for_user_and_client(user_id, client_id, options) end

---@class roster.okta.list_group_targets_for_role.Options: roster.ListOptions
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200

---List group targets of a user role.
---
---No target means that the role covers all groups.
---
---`GET /api/v1/users/{userId}/roles/{roleId}/targets/groups`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param options? roster.okta.list_group_targets_for_role.Options
---@return roster.okta.Group.List list
function Client:list_group_targets_for_role(user_id, role_id, options) end

---@alias roster.okta.list_refresh_tokens_for_user_and_client.Options.expand string
---| "scope"

---@class roster.okta.list_refresh_tokens_for_user_and_client.Options: roster.ListOptions
---scope: embed the details of the scope
---@field expand? roster.okta.list_refresh_tokens_for_user_and_client.Options.expand
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200

---List refresh tokens of a user/client pair.
---
---`GET /api/v1/users/{userId}/clients/{clientId}/tokens`
---@param user_id string|integer
---@param client_id string|integer
---@param options? roster.okta.list_refresh_tokens_for_user_and_client.Options
---@return roster.okta.OAuth2RefreshToken.List list
function Client:list_refresh_tokens_for_user_and_client(user_id, client_id, options) end

---List OAuth clients of user.
---
---`GET /api/v1/users/{userId}/clients`
---@param user_id string|integer
---@param options? roster.ListOptions
---@return roster.okta.OAuth2Client.List list
function Client:list_user_clients(user_id, options) end

---@alias roster.okta.list_user_grants.Options.expand string
---| "scope"

---@class roster.okta.list_user_grants.Options: roster.ListOptions
---@field scope_id? string only grants of this scope
---@field expand? roster.okta.list_user_grants.Options.expand scope: embed the details of the scope
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200

---List consent grants of user.
---
---userId is an id: me needs a browser session.
---
---`GET /api/v1/users/{userId}/grants`
---@param user_id string|integer
---@param options? roster.okta.list_user_grants.Options
---@return roster.okta.OAuth2ScopeConsentGrant.List list
function Client:list_user_grants(user_id, options) end

---@class roster.okta.list_user_groups.Options: roster.ListOptions
---@field after? string opaque cursor of a page
---@field limit? integer items a page; 200 by default

---List groups of user.
---
---Comes in pages although newer documents have neither after nor limit.
---
---`GET /api/v1/users/{userId}/groups`
---@param user_id string|integer
---@param options? roster.okta.list_user_groups.Options
---@return roster.okta.Group.List list
function Client:list_user_groups(user_id, options) end

---List identity providers of user.
---
---`GET /api/v1/users/{userId}/idps`
---@param user_id string|integer
---@param options? roster.ListOptions
---@return roster.okta.IdentityProvider.List list
function Client:list_user_identity_providers(user_id, options) end

---@alias roster.okta.list_users.Options.sort_order string
---| "asc"
---| "desc"

---@class roster.okta.list_users.Options: roster.ListOptions
---@field q? string prefix of a name or of the email; 10 users by default and no next page
---@field after? string opaque cursor of a page
---@field limit? integer items a page, 1 to 200; 10 by default with q
---@field filter? string few properties, eq; ranges of lastUpdated only; not with search
---@field search? string most properties; not with filter
---@field sort_by? string one property such as profile.lastName; with search only
---@field sort_order? roster.okta.list_users.Options.sort_order with sort_by only
---@field format? string older document only
---@field expand? string older document: no values; now: classification
---@field fields? string what to return, such as profile:(firstName,city)
---@field content_type? string the whole media type, with its okta-response: rather use omit
---parts of users to leave out: credentials, links, transitioning; all three are the quickest
---@field omit? string|string[]

---List users.
---
---Omits DEPROVISIONED users unless search or filter is given; search, filter and q lag behind
---changes.
---
---`GET /api/v1/users`
---@param options? roster.okta.list_users.Options
---@return roster.okta.User.List list
function Client:list_users(options) end

---@class roster.okta.partial_update_user.Options: roster.CallOptions
---@field strict? boolean also check the age and the history of the password
---@field if_match? string ETag of an earlier get_user: fails when changed since

---Update user (partial).
---
---Keeps what is left out; send null to clear an attribute.
---
---`POST /api/v1/users/{userId}`
---@param user_id string|integer
---@param body roster.okta.User.Body
---@param options? roster.okta.partial_update_user.Options
---@return roster.okta.User? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:partial_update_user(user_id, body, options) end

---@class roster.okta.reactivate_user.Options: roster.CallOptions
---true: mail the user instead of returning the token and the URL; default: false
---@field send_email? boolean

---Reactivate user.
---
---The answer holds the token and the URL unless send_email is true; other states give 403 E0000038.
---
---`POST /api/v1/users/{userId}/lifecycle/reactivate`
---@param user_id string|integer
---@param options? roster.okta.reactivate_user.Options
---@return roster.okta.UserActivationToken? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:reactivate_user(user_id, options) end

---Remove app instance target from user role.
---
---One app instance; the last target cannot be removed: remove and assign the role again.
---
---`DELETE /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}/{applicationId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param app_name string|integer
---@param application_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_application_target_from_administrator_role_for_user(
  user_id, role_id, app_name, application_id, options
) end

---Remove catalog app target from user role.
---
---The whole catalog app; the last target cannot be removed: remove and assign the role again.
---
---`DELETE /api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param app_name string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_application_target_from_application_administrator_role_for_user(
  user_id, role_id, app_name, options
) end

---Remove group target from user role.
---
---The last target cannot be removed: remove and assign the role again.
---
---`DELETE /api/v1/users/{userId}/roles/{roleId}/targets/groups/{groupId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param group_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_group_target_from_role(user_id, role_id, group_id, options) end

---Delete linked object value.
---
---Takes the primary relationship's name; succeeds even when there is no link.
---
---`DELETE /api/v1/users/{userId}/linkedObjects/{relationshipName}`
---@param user_id string|integer
---@param relationship_name string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_linked_object_for_user(user_id, relationship_name, options) end

---Unassign role from user.
---
---`DELETE /api/v1/users/{userId}/roles/{roleId}`
---@param user_id string|integer
---@param role_id string|integer id of the assignment, not the type of the role
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:remove_role_from_user(user_id, role_id, options) end

---Reset all MFA factors.
---
---Leaves the status alone.
---
---`POST /api/v1/users/{userId}/lifecycle/reset_factors`
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:reset_factors(user_id, options) end

---What the older document calls `reset_factors`.
---@deprecated use reset_factors
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:reset_all_factors(user_id, options) end

---@alias roster.okta.reset_password.Options.provider string
---| "ACTIVE_DIRECTORY"
---| "FEDERATION"
---| "LDAP"
---| "OKTA"
---| "SOCIAL"
---| "IMPORT"

---@class roster.okta.reset_password.Options: roster.CallOptions
---false: return the URL, mail nothing; a document of 2022 requires it; default: true
---@field send_email? boolean
---FEDERATION converts the user and needs send_email = false
---@field provider? roster.okta.reset_password.Options.provider
---@field revoke_sessions? boolean true: end the other sessions of the user; default: false

---Start password reset.
---
---Moves the user to RECOVERY at once: no sign-in until the reset is done.
---
---`POST /api/v1/users/{userId}/lifecycle/reset_password`
---@param user_id string|integer
---@param options? roster.okta.reset_password.Options
---@return roster.okta.ResetPasswordToken? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:reset_password(user_id, options) end

---Revoke grants of a user/client pair.
---
---userId is an id: me needs a browser session.
---
---`DELETE /api/v1/users/{userId}/clients/{clientId}/grants`
---@param user_id string|integer
---@param client_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:revoke_grants_for_user_and_client(user_id, client_id, options) end

---Revoke one refresh token.
---
---`DELETE /api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}`
---@param user_id string|integer
---@param client_id string|integer
---@param token_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:revoke_token_for_user_and_client(user_id, client_id, token_id, options) end

---Revoke refresh tokens of a user/client pair.
---
---`DELETE /api/v1/users/{userId}/clients/{clientId}/tokens`
---@param user_id string|integer
---@param client_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:revoke_tokens_for_user_and_client(user_id, client_id, options) end

---Revoke one consent grant.
---
---userId is an id: me needs a browser session.
---
---`DELETE /api/v1/users/{userId}/grants/{grantId}`
---@param user_id string|integer
---@param grant_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:revoke_user_grant(user_id, grant_id, options) end

---Revoke all consent grants of user.
---
---userId is an id: me needs a browser session.
---
---`DELETE /api/v1/users/{userId}/grants`
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:revoke_user_grants(user_id, options) end

---Set linked object value.
---
---Replaces an earlier primary; a document calls it anonymous, but it wants the usual credential.
---
---`PUT /api/v1/users/{associatedUserId}/linkedObjects/{primaryRelationshipName}/{primaryUserId}`
---@param associated_user_id string|integer
---@param primary_relationship_name string|integer
---@param primary_user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:set_linked_object_for_user(
  associated_user_id, primary_relationship_name, primary_user_id, options
) end

---Suspend user.
---
---ACTIVE users only, others give 400 E0000001.
---
---`POST /api/v1/users/{userId}/lifecycle/suspend`
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:suspend_user(user_id, options) end

---Unlock user.
---
---LOCKED_OUT users, or ACTIVE ones that are blocked on unknown devices; not those of Active
---Directory.
---
---`POST /api/v1/users/{userId}/lifecycle/unlock`
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:unlock_user(user_id, options) end

---Unsuspend user.
---
---SUSPENDED users only, others give 400 E0000001.
---
---`POST /api/v1/users/{userId}/lifecycle/unsuspend`
---@param user_id string|integer
---@param options? roster.CallOptions
---@return true|roster.Request|nil done
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:unsuspend_user(user_id, options) end

---@class roster.okta.update_user.Options: roster.CallOptions
---@field strict? boolean also check the age and the history of the password
---@field if_match? string ETag of an earlier get_user: fails when changed since

---Replace user (strict).
---
---Erases what is left out; partial_update_user keeps it.
---
---`PUT /api/v1/users/{userId}`
---@param user_id string|integer
---@param body roster.okta.User.Body
---@param options? roster.okta.update_user.Options
---@return roster.okta.User? value
---@return string|roster.Meta meta the message when the call failed
---@return roster.Error detail nil unless it failed
function Client:update_user(user_id, body, options) end
