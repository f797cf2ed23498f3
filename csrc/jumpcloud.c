/*
** JumpCloud's administrators and organizations (API v1), a row each. Its /users
** are the console's administrators; the people in the directory are others.
*/
#define MODEL_NAME(name) roster_jumpcloud_##name

#include "rows.h"

#define MODELS(X)                                                              \
  X(ApiKeyHash, CLOSED)                                                        \
  X(Error, CLOSED)                                                             \
  X(ErrorDetails, CLOSED)                                                      \
  X(Organizationslist, CLOSED)                                                 \
  X(OrganizationslistResults, CLOSED)                                          \
  X(Userput, CLOSED)                                                           \
  X(Userreturn, CLOSED)                                                        \
  X(UserreturnGrowthData, OPEN)

MODELS(DECLARE)

FIELDS(ApiKeyHash) = {
    FIELD("createdAt", DATETIME, 0),
    FIELD("expireAt", DATETIME, 0),
    FIELD("prefix", STRING, 0),
};

FIELDS(Error) = {
    FIELD("code", INTEGER, 0),
    FIELD("message", STRING, 0),
    FIELD("status", STRING, 0),
};

FIELDS(ErrorDetails) = {
    FIELD("code", INTEGER, 0),
    ARRAY("details", OBJECT, 0),
    FIELD("message", STRING, 0),
    FIELD("status", STRING, 0),
};

FIELDS(Organizationslist) = {
    OBJECT_ARRAY("results", OrganizationslistResults, 0),
    FIELD("totalCount", INTEGER, 0),
};

FIELDS(OrganizationslistResults) = {
    FIELD("_id", STRING, RO),
    FIELD("displayName", STRING, 0),
    FIELD("logoUrl", STRING, 0),
};

FIELDS(Userput) = {
    FIELD("apiKeyAllowed", BOOLEAN, LATER),
    FIELD("email", STRING, 0),
    FIELD("enableMultiFactor", BOOLEAN, 0),
    FIELD("firstname", STRING, 0),
    FIELD("growthData", OBJECT, 0),
    FIELD("lastWhatsNewChecked", DATETIME, 0),
    FIELD("lastname", STRING, 0),
    FIELD("roleName", STRING, 0),
    ARRAY("roleNames", STRING, LATER),
};

FIELDS(Userreturn) = {
    FIELD("_id", STRING, RO),
    FIELD("apiKeyAllowed", BOOLEAN, LATER),
    OBJECT("apiKeyHash", ApiKeyHash, LATER),
    FIELD("apiKeySet", BOOLEAN, LATER),
    FIELD("apiKeyUpdatedAt", DATETIME, LATER),
    FIELD("created", DATETIME, 0),
    FIELD("disableIntroduction", BOOLEAN, 0),
    FIELD("email", STRING, 0),
    FIELD("enableMultiFactor", BOOLEAN, 0),
    FIELD("firstname", STRING, 0),
    OBJECT("growthData", UserreturnGrowthData, 0),
    FIELD("lastWhatsNewChecked", DATETIME, 0),
    FIELD("lastname", STRING, 0),
    FIELD("organization", STRING, 0),
    FIELD("passwordUpdatedAt", DATETIME, LATER),
    FIELD("provider", STRING, 0),
    FIELD("role", STRING, 0),
    FIELD("roleName", STRING, 0),
    ARRAY("roleNames", STRING, LATER),
    ARRAY("roles", STRING, LATER),
    FIELD("sessionCount", INTEGER, 0),
    FIELD("suspended", BOOLEAN, 0),
    FIELD("totpEnrolled", BOOLEAN, 0),
    FIELD("totpUpdatedAt", DATETIME, LATER),
    FIELD("usersTimeZone", STRING, 0),
};

FIELDS(UserreturnGrowthData) = {
    FIELD("experimentStates", OBJECT, 0),
    FIELD("onboardingState", OBJECT, 0),
};

MODELS(DEFINE)

VALUES(administrators, "administrators");
VALUES(organizations, "commandrunner.legacy", "organizations",
       "organizations.readonly");
VALUES(by_id, "id");

#define ADMIN_ID PATH("id", STRING, "24 hexadecimal digits")

VALUES(sort_by, "sort", "sort_ignore_case");

static const struct roster_offset skip = {.start = "skip",
                                          .size = "limit",
                                          .items = "results",
                                          .total = "totalCount",
                                          .first = 0,
                                          .by_page = 0,
                                          .sort_by = sort_by,
                                          .sort_value = "_id"};

static const struct roster_op ops[] = {
    {
        .name = "admin_totpreset_begin",
        .method = "POST",
        .path = "/users/resettotp/{id}",
        .summary = "Start a TOTP (second factor) reset for an administrator",
        .note = "console administrators, not directory users; 412 means "
                "that a precondition failed",
        PARAMS(ADMIN_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = administrators,
        .user_ref = by_id,
    },
    {
        .name = "organization_list",
        .method = "GET",
        .path = "/organizations",
        .summary = "List the organizations visible to the key",
        .note = "sorted by _id unless told otherwise, so that the pages fit "
                "together",
        PARAMS(QUERY_IN(SPACED, "fields", STRING, 0,
                        "fields to return, with spaces"),
               QUERY_IN(FILTER, "filter", STRING, 0, "field:$op:value"),
               QUERY("limit", INTEGER, 0, "items a page, 1 to 100"),
               QUERY_KEYS("search", STRING, 0, STRINGS("fields", "searchTerm"),
                          "the service takes an object: search[fields][], "
                          "search[searchTerm]"),
               QUERY_OR("skip", INTEGER, 0, "0", "items to leave out"),
               QUERY_IN(SPACED, "sort", STRING, 0,
                        "fields, with spaces; -field for descending"),
               QUERY_IN(SPACED, "sortIgnoreCase", STRING, LATER,
                        "as sort, ignoring case")),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_OFFSET,
        .page_default = 10,
        .page_max = 100,
        .offset = &skip,
        RETURNS(Organizationslist),
        .scopes = organizations,
    },
    {
        .name = "users_put",
        .method = "PUT",
        .path = "/users/{id}",
        .summary = "Change an administrator's profile, role or MFA duty",
        .note = "console administrators, not directory users; changes only "
                "what is given; x_org_id only when a tenant is meant",
        PARAMS(
            ADMIN_ID,
            HEADER("x-org-id", NULL, 0,
                   "id of the organization, for multi-tenant administrators")),
        .retry = ROSTER_IDEMPOTENT,
        OPTIONAL_BODY(Userput),
        RETURNS(Userreturn),
        .scopes = administrators,
        .user_ref = by_id,
    },
    {
        .name = "users_reactivate_get",
        .method = "GET",
        .path = "/users/reactivate/{id}",
        .summary = "Mail an administrator a password reset link",
        .note = "has an effect although it is a GET: never repeated",
        PARAMS(ADMIN_ID),
        .retry = ROSTER_UNSAFE,
        .scopes = administrators,
        .user_ref = by_id,
    },
};

/* The routes that the vendor's own SDK keeps x-org-id away from: they answer
   403 to it, and belong to the administrator, not to a tenant. */
VALUES(org_refused, "/api/organizations", "/api/search/organizations",
       "/api/users", "/api/v2/administrators", "/api/v2/integrations",
       "/api/v2/organizations", "/api/v2/providers");

static const struct roster_model *const models[] = {MODELS(POINTER)};

const struct roster_provider roster_jumpcloud = {
    .name = "jumpcloud",
    .ops = ops,
    .op_count = COUNT(ops),
    .models = models,
    .model_count = COUNT(models),
    .url = "https://console.jumpcloud.com/api",
    .credential = "api_key",
    .auth_header = "x-api-key",
    .auth_prefix = "",
    .error = {.code = "code", .message = "message"},
    .org_header = "x-org-id",
    .org_refused = org_refused,
};
