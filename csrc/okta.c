/*
** Okta's operations, sorted by name: a row each. The parameters are the union
** of what the older and the newer document of the users API have; those that
** only the current service has are marked LATER.
**
** POST is unsafe: only the caller knows whether a second one does harm. PUT
** and DELETE come to the same when repeated, except deactivate_or_delete_user.
*/
#include "okta_models.h"

#include <string.h>
#include <strings.h>

VALUES(users_read, "okta.users.read");
VALUES(users_manage, "okta.users.manage");
VALUES(roles_read, "okta.roles.read");
VALUES(roles_manage, "okta.roles.manage");

/* What may stand for the user's id in a path. */
VALUES(by_id, "id");
VALUES(by_login_or_me, "id", "login", "me");
VALUES(by_name, "id", "login", "shortname");
VALUES(by_name_or_me, "id", "login", "shortname", "me");

#define ROLE_TARGETS "/api/v1/users/{userId}/roles/{roleId}/targets"
#define ROLE_APPS ROLE_TARGETS "/catalog/apps"

/* Parameters that many rows share. */
#define ID(name) PATH(name, STRING, NULL)
#define USER_ID ID("userId")
#define ROLE_ID                                                                \
  PATH("roleId", STRING, "id of the assignment, not the type of the role")
#define AFTER QUERY("after", STRING, 0, "opaque cursor of a page")
#define LIMIT QUERY("limit", INTEGER, 0, "items a page, 1 to 200")
#define EXPAND_SCOPE                                                           \
  QUERY_ENUM("expand", STRINGS("scope"), 0,                                    \
             "scope: embed the details of the scope")
#define STRICT                                                                 \
  QUERY("strict", BOOLEAN, 0,                                                  \
        "also check the age and the history of the password")
#define REVOKE_SESSIONS                                                        \
  QUERY_OR("revokeSessions", BOOLEAN, LATER, "false",                          \
           "true: end the other sessions of the user")
#define IF_MATCH                                                               \
  HEADER("If-Match", NULL, LATER,                                              \
         "ETag of an earlier get_user: fails when changed since")
#define PREFER_ASYNC                                                           \
  HEADER("Prefer", STRINGS("respond-async"), LATER, "do not wait for the end")
#define CONTENT_TYPE                                                           \
  HEADER("Content-Type", NULL, LATER,                                          \
         "the whole media type, with its okta-response: rather use omit")
#define OMIT_PARTS                                                             \
  OMIT("omit", STRINGS("credentials", "links", "transitioning"), LATER,        \
       "parts of users to leave out: credentials, links, transitioning; "      \
       "all three are the quickest")

static const struct roster_op ops[] = {
    {
        .name = "activate_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/activate",
        .summary = "Activate user",
        .note = "mails the user unless send_email is false; only then does "
                "the answer hold the token and the URL",
        PARAMS(USER_ID,
               QUERY_OR("sendEmail", BOOLEAN, 0, "true",
                        "false: return token and URL, mail nothing; the "
                        "documents up to 2022 require it")),
        .retry = ROSTER_UNSAFE,
        RETURNS(UserActivationToken),
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "add_all_apps_as_target_to_role",
        .method = "PUT",
        .path = "/api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps",
        .summary = "Open app-admin role to all apps",
        .note = "lifts every restriction: the role then covers all apps",
        PARAMS(USER_ID, ROLE_ID),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "add_application_target_to_admin_role_for_user",
        .method = "PUT",
        .path = ROLE_APPS "/{appName}",
        .summary = "Add catalog app target to user role",
        .note = "only for APP_ADMIN; replaces the app's instance targets; "
                "the first target narrows a role that covered all",
        PARAMS(USER_ID, ROLE_ID, ID("appName")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "add_application_target_to_app_admin_role_for_user",
        .method = "PUT",
        .path = ROLE_APPS "/{appName}/{applicationId}",
        .summary = "Add app instance target to user role",
        .note = "only for APP_ADMIN; the first target narrows a role that "
                "covered all",
        PARAMS(USER_ID, ROLE_ID, ID("appName"), ID("applicationId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "add_group_target_to_role",
        .method = "PUT",
        .path = ROLE_TARGETS "/groups/{groupId}",
        .summary = "Add group target to user role",
        .note = "only for USER_ADMIN, HELP_DESK_ADMIN and "
                "GROUP_MEMBERSHIP_ADMIN; the first target narrows a role "
                "that covered all",
        PARAMS(USER_ID, ROLE_ID, ID("groupId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "assign_role_to_user",
        .aliases = STRINGS("add_role_to_user"),
        .method = "POST",
        .path = "/api/v1/users/{userId}/roles",
        .summary = "Assign admin role to user",
        .note = "the id in the answer is the roleId of the other "
                "operations",
        PARAMS(USER_ID,
               QUERY("disableNotifications", BOOLEAN, 0,
                     "grants the status of a third-party administrator")),
        .retry = ROSTER_UNSAFE,
        BODY(AssignRoleRequest),
        RETURNS(Role),
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "change_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/credentials/change_password",
        .summary = "Change password (old password checked)",
        .note = "checks the old password; moves a user in RECOVERY to "
                "ACTIVE",
        PARAMS(USER_ID, QUERY("strict", BOOLEAN, 0,
                              "also check the age of the password")),
        .retry = ROSTER_UNSAFE,
        BODY(ChangePasswordRequest),
        RETURNS(UserCredentials),
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "change_recovery_question",
        .method = "POST",
        .path = "/api/v1/users/{userId}/credentials/"
                "change_recovery_question",
        .summary = "Change recovery question",
        .note = "checks password.value; without the password use "
                "partial_update_user",
        PARAMS(USER_ID),
        .retry = ROSTER_UNSAFE,
        BODY(UserCredentials),
        RETURNS(UserCredentials),
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "clear_user_sessions",
        .aliases = STRINGS("end_all_user_sessions"),
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/sessions",
        .summary = "End all user sessions",
        .note = "sessions of web and native apps stay; remembered factors "
                "go too unless forget_devices is false",
        PARAMS(USER_ID,
               QUERY_OR("oauthTokens", BOOLEAN, 0, "false",
                        "true: revoke OpenID Connect and OAuth tokens as well"),
               QUERY_OR("forgetDevices", BOOLEAN, LATER, "true",
                        "false: keep remembered factors")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "create_user",
        .method = "POST",
        .path = "/api/v1/users",
        .summary = "Create user",
        .note = "activates at once unless activate is false; next_login "
                "needs that and a password; at most 20 groupIds",
        PARAMS(QUERY_OR("activate", BOOLEAN, 0, "true",
                        "false: leave the user STAGED"),
               QUERY_OR(
                   "provider", BOOLEAN, 0, "false",
                   "needed when credentials.provider is FEDERATION or SOCIAL"),
               QUERY_ENUM(
                   "nextLogin", STRINGS("changePassword"), 0,
                   "needs activate and a password: else E0000124 or E0000125")),
        .retry = ROSTER_UNSAFE,
        BODY(CreateUserRequest),
        RETURNS(User),
        .scopes = users_manage,
    },
    {
        .name = "deactivate_or_delete_user",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}",
        .summary = "Deactivate or delete user",
        .note = "takes two calls: the first deactivates, the second erases "
                "for good",
        PARAMS(USER_ID,
               QUERY_OR("sendEmail", BOOLEAN, 0, "false",
                        "mails an administrator, not the user"),
               PREFER_ASYNC),
        /* the first call deactivates, the second erases: repeating it after a
           lost answer would erase a user whom nobody asked to erase */
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "deactivate_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/deactivate",
        .summary = "Deactivate user",
        .note = "deprovisions the user's apps and ends asynchronously: "
                "poll get_user; send_email mails an administrator",
        PARAMS(USER_ID,
               QUERY_OR("sendEmail", BOOLEAN, 0, "false",
                        "mails an administrator, not the user"),
               PREFER_ASYNC),
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "expire_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/expire_password",
        .summary = "Expire password",
        .note = "temp_password = true puts the password in the answer: "
                "rather call expire_password_and_get_temporary_password",
        PARAMS(USER_ID, QUERY_OR("tempPassword", BOOLEAN, 0, "false",
                                 "true: the answer is a TempPassword")),
        .retry = ROSTER_UNSAFE,
        RETURNS(User),
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "expire_password_and_get_temporary_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/"
                "expire_password_with_temp_password",
        .summary = "Expire password, return temporary one",
        .note = "the answer holds a password",
        PARAMS(USER_ID, REVOKE_SESSIONS),
        .retry = ROSTER_UNSAFE,
        RETURNS(TempPassword),
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "forgot_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/credentials/forgot_password",
        .summary = "Start forgot-password flow",
        .note = "needs an ACTIVE user and leaves the status alone; a body "
                "is for older servers only",
        PARAMS(USER_ID,
               QUERY_OR("sendEmail", BOOLEAN, 0, "true",
                        "false: return the URL instead of mailing it")),
        .retry = ROSTER_UNSAFE,
        OPTIONAL_BODY(UserCredentials),
        RETURNS(ForgotPasswordResponse),
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "forgot_password_set_new_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/credentials/"
                "forgot_password_recovery_question",
        .summary = "Set password via recovery answer",
        .note = "needs password.value and recovery_question.answer, "
                "although a document calls the body optional",
        PARAMS(USER_ID, QUERY_OR("sendEmail", BOOLEAN, 0, "true",
                                 "effect not documented")),
        .retry = ROSTER_UNSAFE,
        BODY(UserCredentials),
        RETURNS(UserCredentials),
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "get_linked_objects_for_user",
        .method = "GET",
        .path = "/api/v1/users/{userId}/linkedObjects/{relationshipName}",
        .summary = "List linked users for a relationship",
        .note = "links only, no users; an empty list when there is none",
        PARAMS(USER_ID, ID("relationshipName"), AFTER,
               QUERY("limit", INTEGER, 0,
                     "items a page; gone from newer documents")),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        RETURNS_LIST(ResponseLinks),
        .scopes = users_read,
        .user_ref = by_login_or_me,
    },
    {
        .name = "get_refresh_token_for_user_and_client",
        .method = "GET",
        .path = "/api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}",
        .summary = "Get one refresh token",
        .note = "limit and after mean nothing for a single token",
        PARAMS(USER_ID, ID("clientId"), ID("tokenId"), EXPAND_SCOPE,
               QUERY("limit", INTEGER, 0, "no effect"),
               QUERY("after", STRING, 0, "no effect")),
        .retry = ROSTER_SAFE,
        RETURNS(OAuth2RefreshToken),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "get_user",
        .method = "GET",
        .path = "/api/v1/users/{userId}",
        .summary = "Get user",
        .note = "userId may be a login or me, the token's owner; a login "
                "with a slash or ? is reachable by id only",
        PARAMS(USER_ID,
               QUERY_ENUM("expand", STRINGS("blocks", "classification"), LATER,
                          NULL),
               CONTENT_TYPE, OMIT_PARTS),
        .retry = ROSTER_SAFE,
        RETURNS(User),
        .scopes = users_read,
        .user_ref = by_name_or_me,
    },
    {
        .name = "get_user_grant",
        .method = "GET",
        .path = "/api/v1/users/{userId}/grants/{grantId}",
        .summary = "Get one consent grant",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID, ID("grantId"), EXPAND_SCOPE),
        .retry = ROSTER_SAFE,
        RETURNS(OAuth2ScopeConsentGrant),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "get_user_role",
        .method = "GET",
        .path = "/api/v1/users/{userId}/roles/{roleId}",
        .summary = "Get one role assignment",
        PARAMS(USER_ID, ROLE_ID),
        .retry = ROSTER_SAFE,
        RETURNS(Role),
        .scopes = roles_read,
        .user_ref = by_id,
    },
    {
        .name = "list_app_links",
        .method = "GET",
        .path = "/api/v1/users/{userId}/appLinks",
        .summary = "List app links",
        PARAMS(USER_ID,
               QUERY_OR("showAll", BOOLEAN, 0, "false", "older document only")),
        .retry = ROSTER_SAFE,
        RETURNS_LIST(AppLink),
        .scopes = users_read,
        .user_ref = by_name,
    },
    {
        .name = "list_application_targets_for_application_administrator_role_"
                "for_user",
        .method = "GET",
        .path = "/api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps",
        .summary = "List app targets of a user role",
        .note = "only an app instance has an id, a catalog app has none",
        PARAMS(USER_ID, ROLE_ID, AFTER, LIMIT),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 20,
        .page_max = 200,
        RETURNS_LIST(CatalogApplication),
        .scopes = roles_read,
        .user_ref = by_id,
    },
    {
        .name = "list_assigned_roles_for_user",
        .aliases = STRINGS("list_assigned_roles"),
        .method = "GET",
        .path = "/api/v1/users/{userId}/roles",
        .summary = "List role assignments of user",
        .note = "the id of an entry is the roleId of the other operations",
        PARAMS(USER_ID,
               QUERY_ENUM("expand",
                          STRINGS("targets/groups", "targets/catalog/apps"), 0,
                          "embed the targets")),
        .retry = ROSTER_SAFE,
        RETURNS_LIST(Role),
        .scopes = roles_read,
        .user_ref = by_id,
    },
    {
        .name = "list_grants_for_user_and_client",
        .method = "GET",
        .path = "/api/v1/users/{userId}/clients/{clientId}/grants",
        .summary = "List grants of a user/client pair",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID, ID("clientId"), EXPAND_SCOPE, AFTER, LIMIT),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 20,
        .page_max = 200,
        RETURNS_LIST(OAuth2ScopeConsentGrant),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "list_group_targets_for_role",
        .method = "GET",
        .path = "/api/v1/users/{userId}/roles/{roleId}/targets/groups",
        .summary = "List group targets of a user role",
        .note = "no target means that the role covers all groups",
        PARAMS(USER_ID, ROLE_ID, AFTER, LIMIT),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 20,
        .page_max = 200,
        RETURNS_LIST(Group),
        .scopes = roles_read,
        .user_ref = by_id,
    },
    {
        .name = "list_refresh_tokens_for_user_and_client",
        .method = "GET",
        .path = "/api/v1/users/{userId}/clients/{clientId}/tokens",
        .summary = "List refresh tokens of a user/client pair",
        PARAMS(USER_ID, ID("clientId"), EXPAND_SCOPE, AFTER, LIMIT),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 20,
        .page_max = 200,
        RETURNS_LIST(OAuth2RefreshToken),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "list_user_clients",
        .method = "GET",
        .path = "/api/v1/users/{userId}/clients",
        .summary = "List OAuth clients of user",
        PARAMS(USER_ID),
        .retry = ROSTER_SAFE,
        RETURNS_LIST(OAuth2Client),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "list_user_grants",
        .method = "GET",
        .path = "/api/v1/users/{userId}/grants",
        .summary = "List consent grants of user",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID,
               QUERY("scopeId", STRING, 0, "only grants of this scope"),
               EXPAND_SCOPE, AFTER, LIMIT),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 20,
        .page_max = 200,
        RETURNS_LIST(OAuth2ScopeConsentGrant),
        .scopes = users_read,
        .user_ref = by_id,
    },
    {
        .name = "list_user_groups",
        .method = "GET",
        .path = "/api/v1/users/{userId}/groups",
        .summary = "List groups of user",
        .note = "comes in pages although newer documents have neither "
                "after nor limit",
        PARAMS(USER_ID, AFTER,
               QUERY("limit", INTEGER, 0, "items a page; 200 by default")),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 200,
        RETURNS_LIST(Group),
        .scopes = users_read,
        .user_ref = by_name,
    },
    {
        .name = "list_user_identity_providers",
        .method = "GET",
        .path = "/api/v1/users/{userId}/idps",
        .summary = "List identity providers of user",
        PARAMS(USER_ID),
        .retry = ROSTER_SAFE,
        RETURNS_LIST(IdentityProvider),
        .scopes = users_read,
        .user_ref = by_name,
    },
    {
        .name = "list_users",
        .method = "GET",
        .path = "/api/v1/users",
        .summary = "List users",
        .note = "omits DEPROVISIONED users unless search or filter is "
                "given; search, filter and q lag behind changes",
        PARAMS(
            QUERY("q", STRING, 0,
                  "prefix of a name or of the email; 10 users by default and "
                  "no next page"),
            AFTER,
            QUERY("limit", INTEGER, 0,
                  "items a page, 1 to 200; 10 by default with q"),
            QUERY("filter", STRING, 0,
                  "few properties, eq; ranges of lastUpdated only; not with "
                  "search"),
            QUERY("search", STRING, 0, "most properties; not with filter"),
            QUERY("sortBy", STRING, 0,
                  "one property such as profile.lastName; with search only"),
            QUERY_ENUM("sortOrder", STRINGS("asc", "desc"), 0,
                       "with sort_by only"),
            QUERY("format", STRING, 0, "older document only"),
            QUERY("expand", STRING, 0,
                  "older document: no values; now: classification"),
            QUERY("fields", STRING, LATER,
                  "what to return, such as profile:(firstName,city)"),
            CONTENT_TYPE, OMIT_PARTS),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_LINK,
        .page_default = 200,
        .page_max = 200,
        RETURNS_LIST(User),
        .scopes = users_read,
    },
    {
        .name = "partial_update_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}",
        .summary = "Update user (partial)",
        .note = "keeps what is left out; send null to clear an attribute",
        PARAMS(USER_ID, STRICT, IF_MATCH),
        .retry = ROSTER_UNSAFE,
        BODY(User),
        RETURNS(User),
        .scopes = users_manage,
        .user_ref = by_name_or_me,
    },
    {
        .name = "reactivate_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/reactivate",
        .summary = "Reactivate user",
        .note = "the answer holds the token and the URL unless send_email "
                "is true; other states give 403 E0000038",
        PARAMS(
            USER_ID,
            QUERY_OR("sendEmail", BOOLEAN, 0, "false",
                     "true: mail the user instead of returning the token and "
                     "the URL")),
        .retry = ROSTER_UNSAFE,
        RETURNS(UserActivationToken),
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "remove_application_target_from_administrator_role_for_user",
        .method = "DELETE",
        .path = ROLE_APPS "/{appName}/{applicationId}",
        .summary = "Remove app instance target from user role",
        .note = "one app instance; the last target cannot be removed: "
                "remove and assign the role again",
        PARAMS(USER_ID, ROLE_ID, ID("appName"), ID("applicationId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "remove_application_target_from_application_administrator_role_"
                "for_user",
        .method = "DELETE",
        .path = ROLE_APPS "/{appName}",
        .summary = "Remove catalog app target from user role",
        .note = "the whole catalog app; the last target cannot be removed: "
                "remove and assign the role again",
        PARAMS(USER_ID, ROLE_ID, ID("appName")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "remove_group_target_from_role",
        .method = "DELETE",
        .path = ROLE_TARGETS "/groups/{groupId}",
        .summary = "Remove group target from user role",
        .note = "the last target cannot be removed: remove and assign the "
                "role again",
        PARAMS(USER_ID, ROLE_ID, ID("groupId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "remove_linked_object_for_user",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/linkedObjects/{relationshipName}",
        .summary = "Delete linked object value",
        .note = "takes the primary relationship's name; succeeds even when "
                "there is no link",
        PARAMS(USER_ID, ID("relationshipName")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_login_or_me,
    },
    {
        .name = "remove_role_from_user",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/roles/{roleId}",
        .summary = "Unassign role from user",
        PARAMS(USER_ID, ROLE_ID),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = roles_manage,
        .user_ref = by_id,
    },
    {
        .name = "reset_factors",
        .aliases = STRINGS("reset_all_factors"),
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/reset_factors",
        .summary = "Reset all MFA factors",
        .note = "leaves the status alone",
        PARAMS(USER_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "reset_password",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/reset_password",
        .summary = "Start password reset",
        .note = "moves the user to RECOVERY at once: no sign-in until the "
                "reset is done",
        PARAMS(USER_ID,
               QUERY_OR("sendEmail", BOOLEAN, 0, "true",
                        "false: return the URL, mail nothing; a document of "
                        "2022 requires it"),
               QUERY_ENUM(
                   "provider",
                   STRINGS("ACTIVE_DIRECTORY", "FEDERATION", "LDAP", "OKTA",
                           "SOCIAL", "IMPORT"),
                   0,
                   "FEDERATION converts the user and needs send_email = false"),
               REVOKE_SESSIONS),
        .retry = ROSTER_UNSAFE,
        RETURNS(ResetPasswordToken),
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "revoke_grants_for_user_and_client",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/clients/{clientId}/grants",
        .summary = "Revoke grants of a user/client pair",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID, ID("clientId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "revoke_token_for_user_and_client",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}",
        .summary = "Revoke one refresh token",
        PARAMS(USER_ID, ID("clientId"), ID("tokenId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "revoke_tokens_for_user_and_client",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/clients/{clientId}/tokens",
        .summary = "Revoke refresh tokens of a user/client pair",
        PARAMS(USER_ID, ID("clientId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "revoke_user_grant",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/grants/{grantId}",
        .summary = "Revoke one consent grant",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID, ID("grantId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "revoke_user_grants",
        .method = "DELETE",
        .path = "/api/v1/users/{userId}/grants",
        .summary = "Revoke all consent grants of user",
        .note = "userId is an id: me needs a browser session",
        PARAMS(USER_ID),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_id,
    },
    {
        .name = "set_linked_object_for_user",
        .method = "PUT",
        .path = "/api/v1/users/{associatedUserId}/linkedObjects/"
                "{primaryRelationshipName}/{primaryUserId}",
        .summary = "Set linked object value",
        .note = "replaces an earlier primary; a document calls it "
                "anonymous, but it wants the usual credential",
        PARAMS(ID("associatedUserId"), ID("primaryRelationshipName"),
               ID("primaryUserId")),
        .retry = ROSTER_IDEMPOTENT,
        .scopes = users_manage,
        .user_ref = by_login_or_me,
    },
    {
        .name = "suspend_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/suspend",
        .summary = "Suspend user",
        .note = "ACTIVE users only, others give 400 E0000001",
        PARAMS(USER_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "unlock_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/unlock",
        .summary = "Unlock user",
        .note = "LOCKED_OUT users, or ACTIVE ones that are blocked on "
                "unknown devices; not those of Active Directory",
        PARAMS(USER_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "unsuspend_user",
        .method = "POST",
        .path = "/api/v1/users/{userId}/lifecycle/unsuspend",
        .summary = "Unsuspend user",
        .note = "SUSPENDED users only, others give 400 E0000001",
        PARAMS(USER_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = users_manage,
        .user_ref = by_name,
    },
    {
        .name = "update_user",
        .method = "PUT",
        .path = "/api/v1/users/{userId}",
        .summary = "Replace user (strict)",
        .note = "erases what is left out; partial_update_user keeps it",
        PARAMS(USER_ID, STRICT, IF_MATCH),
        .retry = ROSTER_IDEMPOTENT,
        BODY(User),
        RETURNS(User),
        .scopes = users_manage,
        .user_ref = by_name,
    },
};

static const struct roster_model *const models[] = {OKTA_MODELS(POINTER)};

/* Not the API but the console: acme-admin.okta.com and its like. */
static const char *host_fault(const char *host, size_t len) {
  static const char *const consoles[] = {
      "-admin.okta.com",
      "-admin.oktapreview.com",
      "-admin.okta-emea.com",
  };
  size_t i;
  for (i = 0; i < COUNT(consoles); i++) {
    size_t n = strlen(consoles[i]);
    if (len > n && strncasecmp(host + len - n, consoles[i], n) == 0)
      return "is the admin console's: leave out -admin";
  }
  return NULL;
}

VALUES(not_in_base, "/api/v1", "/api/v1/users", "/oauth2", "/oauth2/",
       "/.well-known/", "/admin/dashboard", "/app/UserHome", "/enduser/",
       "/login/login.htm");

/* The endpoints that have a limit of their own, by method. */
static const char *bucket(const char *method, const char *path) {
  static const char users[] = "/api/v1/users";
  size_t n = sizeof(users) - 1;
  if (strncmp(path, "/oauth2/", 8) == 0)
    return "/oauth2/v1";
  if (strncmp(path, users, n) != 0)
    return "/api/v1";
  if (path[n] == '\0')
    return "/api/v1/users";
  if (path[n] != '/' || strchr(path + n + 1, '/') != NULL)
    return "/api/v1";
  return strcmp(method, "GET") == 0 ? "GET /api/v1/users/{id}"
                                    : "/api/v1/users/{id}";
}

const struct roster_provider roster_okta = {
    .name = "okta",
    .ops = ops,
    .op_count = COUNT(ops),
    .models = models,
    .model_count = COUNT(models),
    .credential = "token",
    .auth_header = "Authorization",
    .auth_prefix = "SSWS ",
    .path_refused = "/",
    .not_in_base = not_in_base,
    .request_id = "X-Okta-Request-Id",
    .retry_for = "X-Okta-Retry-For",
    .retry_count = "X-Okta-Retry-Count",
    .bucket = bucket,
    .rate_prefix = "X-Rate-Limit",
    .error = {.code = "errorCode",
              .message = "errorSummary",
              .id = "errorId",
              .causes = "errorCauses",
              .cause = "errorSummary",
              .denied = "E0000006"},
    .host_fault = host_fault,
    .token_path = "/oauth2/v1/token",
};
