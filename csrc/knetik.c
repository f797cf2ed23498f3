/*
** KnetikCloud's users API, a row each. Where the document asks for no
** authorization a token is sent all the same when there is one: later versions
** want it, and private fields come only with it.
*/
#define MODEL_NAME(name) roster_knetik_##name

#include "rows.h"

#define MODELS(X)                                                              \
  X(AudioGroupProperty, CLOSED)                                                \
  X(AudioGroupPropertyDefinitionResource, CLOSED)                              \
  X(AudioProperty, CLOSED)                                                     \
  X(AudioPropertyDefinitionResource, CLOSED)                                   \
  X(BooleanProperty, CLOSED)                                                   \
  X(BooleanPropertyDefinitionResource, CLOSED)                                 \
  X(DateProperty, CLOSED)                                                      \
  X(DatePropertyDefinitionResource, CLOSED)                                    \
  X(DoubleProperty, CLOSED)                                                    \
  X(DoublePropertyDefinitionResource, CLOSED)                                  \
  X(ErrorResource, CLOSED)                                                     \
  X(FileGroupProperty, CLOSED)                                                 \
  X(FileGroupPropertyDefinitionResource, CLOSED)                               \
  X(FileProperty, CLOSED)                                                      \
  X(FilePropertyDefinitionResource, CLOSED)                                    \
  X(FormattedTextProperty, CLOSED)                                             \
  X(FormattedTextPropertyDefinitionResource, CLOSED)                           \
  X(ImageGroupProperty, CLOSED)                                                \
  X(ImageGroupPropertyDefinitionResource, CLOSED)                              \
  X(ImageProperty, CLOSED)                                                     \
  X(ImagePropertyDefinitionResource, CLOSED)                                   \
  X(IntegerProperty, CLOSED)                                                   \
  X(IntegerPropertyDefinitionResource, CLOSED)                                 \
  X(ListProperty, CLOSED)                                                      \
  X(ListPropertyDefinitionResource, CLOSED)                                    \
  X(LongProperty, CLOSED)                                                      \
  X(LongPropertyDefinitionResource, CLOSED)                                    \
  X(MapProperty, CLOSED)                                                       \
  X(MapPropertyDefinitionResource, CLOSED)                                     \
  X(ModelProperty, BY_TYPE)                                                    \
  X(NewPasswordRequest, CLOSED)                                                \
  X(OAuth2Resource, CLOSED)                                                    \
  X(Order, CLOSED)                                                             \
  X(PageResourceTemplateResource, CLOSED)                                      \
  X(PageResourceUserBaseResource, CLOSED)                                      \
  X(PasswordResetRequest, CLOSED)                                              \
  X(PropertyDefinitionResource, BY_TYPE)                                       \
  X(PropertyFieldListResource, CLOSED)                                         \
  X(PropertyFieldResource, CLOSED)                                             \
  X(Result, CLOSED)                                                            \
  X(StringWrapper, WRAPPER)                                                    \
  X(TemplateResource, CLOSED)                                                  \
  X(TextProperty, CLOSED)                                                      \
  X(TextPropertyDefinitionResource, CLOSED)                                    \
  X(TokenDetailsResource, CLOSED)                                              \
  X(UserBaseResource, CLOSED)                                                  \
  X(UserRelationshipReferenceResource, CLOSED)                                 \
  X(UserResource, CLOSED)                                                      \
  X(VideoGroupProperty, CLOSED)                                                \
  X(VideoGroupPropertyDefinitionResource, CLOSED)                              \
  X(VideoProperty, CLOSED)                                                     \
  X(VideoPropertyDefinitionResource, CLOSED)

MODELS(DECLARE)

/* What a file has, and what the kinds of file have no more of. */
#define FILE_FIELDS                                                            \
  FIELD("crc", STRING, 0), FIELD("description", STRING, 0),                    \
      FIELD("file_type", STRING, 0), FIELD("type", STRING, REQ),               \
      FIELD("url", STRING, 0)

VALUES(field_types, "integer", "number", "bool", "string", "enumeration",
       "list", "object", "definition");

FIELDS(AudioGroupProperty) = {
    OBJECT_ARRAY("files", FileProperty, 0),
    FIELD("type", STRING, REQ),
};

FIELDS(AudioGroupPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_count", INTEGER, 0),
    FIELD("max_file_size", INTEGER, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("min_count", INTEGER, 0),
    FIELD("min_length", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(AudioProperty) = {FILE_FIELDS};

FIELDS(AudioPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("min_length", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(BooleanProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", BOOLEAN, 0),
};

FIELDS(BooleanPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(DateProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", INTEGER, 0),
};

FIELDS(DatePropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max", INTEGER, 0),
    FIELD("min", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(DoubleProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", NUMBER, 0),
};

FIELDS(DoublePropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max", NUMBER, 0),
    FIELD("min", NUMBER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(ErrorResource) = {
    FIELD("details", OBJECT, 0),
    FIELD("field", OBJECT, 0),
    FIELD("message", STRING, RO),
};

FIELDS(FileGroupProperty) = {
    OBJECT_ARRAY("files", FileProperty, 0),
    FIELD("type", STRING, REQ),
};

FIELDS(FileGroupPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_count", INTEGER, 0),
    FIELD("max_file_size", INTEGER, 0),
    FIELD("min_count", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(FileProperty) = {FILE_FIELDS};

FIELDS(FilePropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_file_size", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(FormattedTextProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", STRING, 0),
};

FIELDS(FormattedTextPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(ImageGroupProperty) = {
    OBJECT_ARRAY("files", FileProperty, 0),
    FIELD("type", STRING, REQ),
};

FIELDS(ImageGroupPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_count", INTEGER, 0),
    FIELD("max_file_size", INTEGER, 0),
    FIELD("max_height", INTEGER, 0),
    FIELD("max_width", INTEGER, 0),
    FIELD("min_count", INTEGER, 0),
    FIELD("min_height", INTEGER, 0),
    FIELD("min_width", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(ImageProperty) = {FILE_FIELDS};

FIELDS(ImagePropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_height", INTEGER, 0),
    FIELD("max_width", INTEGER, 0),
    FIELD("min_height", INTEGER, 0),
    FIELD("min_width", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(IntegerProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", INTEGER, 0),
};

FIELDS(IntegerPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max", INTEGER, 0),
    FIELD("min", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(ListProperty) = {
    FIELD("type", STRING, REQ),
    OBJECT_ARRAY("values", ModelProperty, REQ),
};

FIELDS(ListPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max_count", INTEGER, 0),
    FIELD("min_count", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
    OBJECT("value_definition", PropertyDefinitionResource, 0),
};

FIELDS(LongProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", INTEGER, 0),
};

FIELDS(LongPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max", INTEGER, 0),
    FIELD("min", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(MapProperty) = {
    OBJECT_MAP("map", ModelProperty, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(MapPropertyDefinitionResource) = {
    FIELD("allow_additional", BOOLEAN, 0),
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("name", STRING, REQ),
    OBJECT_ARRAY("properties", PropertyDefinitionResource, 0),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(ModelProperty) = {
    FIELD("type", STRING, REQ),
};

FIELDS(NewPasswordRequest) = {
    FIELD("password", STRING, REQ | SECRET),
    FIELD("secret", STRING, REQ | SECRET),
};

FIELDS(OAuth2Resource) = {
    FIELD("access_token", STRING, RO | SECRET),
    FIELD("expires_in", STRING, RO),
    FIELD("refresh_token", STRING, RO | SECRET),
    FIELD("scope", STRING, RO),
    FIELD("token_type", STRING, RO),
};

FIELDS(Order) = {
    FIELD("ascending", BOOLEAN, 0),
    FIELD("descending", BOOLEAN, 0),
    ENUM("direction", STRINGS("ASC", "DESC"), 0),
    FIELD("ignore_case", BOOLEAN, 0),
    ENUM("null_handling", STRINGS("NATIVE", "NULLS_FIRST", "NULLS_LAST"), 0),
    FIELD("property", STRING, 0),
};

FIELDS(PageResourceTemplateResource) = {
    OBJECT_ARRAY("content", TemplateResource, 0),
    FIELD("first", BOOLEAN, 0),
    FIELD("last", BOOLEAN, 0),
    FIELD("number", INTEGER, 0),
    FIELD("number_of_elements", INTEGER, 0),
    FIELD("size", INTEGER, 0),
    OBJECT_ARRAY("sort", Order, 0),
    FIELD("total_elements", INTEGER, 0),
    FIELD("total_pages", INTEGER, 0),
};

FIELDS(PageResourceUserBaseResource) = {
    OBJECT_ARRAY("content", UserBaseResource, 0),
    FIELD("first", BOOLEAN, 0),
    FIELD("last", BOOLEAN, 0),
    FIELD("number", INTEGER, 0),
    FIELD("number_of_elements", INTEGER, 0),
    FIELD("size", INTEGER, 0),
    OBJECT_ARRAY("sort", Order, 0),
    FIELD("total_elements", INTEGER, 0),
    FIELD("total_pages", INTEGER, 0),
};

FIELDS(PasswordResetRequest) = {
    FIELD("email", STRING, 0),
    FIELD("mobile_number", STRING, 0),
    FIELD("username", STRING, 0),
};

FIELDS(PropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(PropertyFieldListResource) = {
    OBJECT_ARRAY("property_definition_fields", PropertyFieldResource, 0),
    OBJECT_ARRAY("property_fields", PropertyFieldResource, 0),
    FIELD("property_type", STRING, 0),
};

FIELDS(PropertyFieldResource) = {
    FIELD("description", STRING, 0),
    ENUM("inner_type", field_types, 0),
    OBJECT_ARRAY("inner_type_fields", PropertyFieldResource, 0),
    FIELD("name", STRING, 0),
    FIELD("required", BOOLEAN, 0),
    ENUM("type", field_types, 0),
    ARRAY("valid_values", STRING, 0),
};

FIELDS(Result) = {
    FIELD("code", INTEGER, RO),
    FIELD("request_id", STRING, RO),
    OBJECT_ARRAY("result", ErrorResource, 0),
};

/* a secret because set_password wraps the password in it */
FIELDS(StringWrapper) = {
    FIELD("value", STRING, SECRET),
};

FIELDS(TemplateResource) = {
    FIELD("allow_additional", BOOLEAN, 0),
    FIELD("created_date", INTEGER, RO),
    FIELD("id", STRING, RO),
    FIELD("name", STRING, REQ),
    OBJECT_ARRAY("properties", PropertyDefinitionResource, 0),
    FIELD("updated_date", INTEGER, RO),
};

FIELDS(TextProperty) = {
    FIELD("type", STRING, REQ),
    FIELD("value", STRING, 0),
};

FIELDS(TextPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(TokenDetailsResource) = {
    FIELD("client_id", STRING, 0),
    ARRAY("roles", STRING, 0),
    FIELD("user_id", INTEGER, 0),
};

FIELDS(UserBaseResource) = {
    /* email, fullname, last_activity and username: only for USERS_ADMIN */
    FIELD("avatar_url", STRING, 0),     FIELD("display_name", STRING, 0),
    FIELD("email", STRING, REQ),        FIELD("fullname", STRING, 0),
    FIELD("id", INTEGER, RO),           FIELD("last_activity", INTEGER, RO),
    FIELD("last_updated", INTEGER, RO), FIELD("member_since", INTEGER, RO),
    FIELD("username", STRING, REQ),
};

FIELDS(UserRelationshipReferenceResource) = {
    FIELD("avatar_url", STRING, RO),      FIELD("context", STRING, 0),
    FIELD("display_name", STRING, RO),    FIELD("id", INTEGER, REQ),
    FIELD("relationship_id", INTEGER, 0), FIELD("username", STRING, RO),
};

FIELDS(UserResource) = {
    OBJECT_MAP("additional_properties", ModelProperty, 0),
    FIELD("address", STRING, 0),
    FIELD("address2", STRING, 0),
    FIELD("avatar_url", STRING, 0),
    OBJECT_ARRAY("children", UserRelationshipReferenceResource, RO),
    FIELD("city", STRING, 0),
    FIELD("country_code", STRING, 0),
    FIELD("currency_code", STRING, 0),
    FIELD("date_of_birth", INTEGER, 0),
    FIELD("description", STRING, 0),
    FIELD("display_name", STRING, 0),
    FIELD("email", STRING, REQ),
    FIELD("first_name", STRING, 0),
    FIELD("fullname", STRING, 0),
    FIELD("gender", STRING, 0),
    FIELD("id", INTEGER, RO),
    FIELD("language_code", STRING, 0),
    FIELD("last_activity", INTEGER, RO),
    FIELD("last_name", STRING, 0),
    FIELD("last_updated", INTEGER, RO),
    FIELD("member_since", INTEGER, RO),
    FIELD("mobile_number", STRING, 0),
    OBJECT_ARRAY("parents", UserRelationshipReferenceResource, RO),
    FIELD("password", STRING, SECRET),
    FIELD("postal_code", STRING, 0),
    FIELD("state", STRING, 0),
    ARRAY("tags", STRING, 0),
    FIELD("template", STRING, NUL),
    FIELD("timezone_code", STRING, 0),
    FIELD("username", STRING, REQ),
};

FIELDS(VideoGroupProperty) = {
    OBJECT_ARRAY("files", FileProperty, 0),
    FIELD("type", STRING, REQ),
};

FIELDS(VideoGroupPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_count", INTEGER, 0),
    FIELD("max_file_size", INTEGER, 0),
    FIELD("max_height", INTEGER, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("max_width", INTEGER, 0),
    FIELD("min_count", INTEGER, 0),
    FIELD("min_height", INTEGER, 0),
    FIELD("min_length", INTEGER, 0),
    FIELD("min_width", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

FIELDS(VideoProperty) = {FILE_FIELDS};

FIELDS(VideoPropertyDefinitionResource) = {
    OBJECT("field_list", PropertyFieldListResource, 0),
    FIELD("file_type", STRING, 0),
    FIELD("max_height", INTEGER, 0),
    FIELD("max_length", INTEGER, 0),
    FIELD("max_width", INTEGER, 0),
    FIELD("min_height", INTEGER, 0),
    FIELD("min_length", INTEGER, 0),
    FIELD("min_width", INTEGER, 0),
    FIELD("name", STRING, REQ),
    FIELD("required", BOOLEAN, REQ),
    FIELD("type", STRING, REQ),
};

VARIANTS(ModelProperty) = {
    VARIANT("audio", AudioProperty),
    VARIANT("audio_group", AudioGroupProperty),
    VARIANT("boolean", BooleanProperty),
    VARIANT("date", DateProperty),
    VARIANT("double", DoubleProperty),
    VARIANT("file", FileProperty),
    VARIANT("file_group", FileGroupProperty),
    VARIANT("formatted_text", FormattedTextProperty),
    VARIANT("image", ImageProperty),
    VARIANT("image_group", ImageGroupProperty),
    VARIANT("integer", IntegerProperty),
    VARIANT("list", ListProperty),
    VARIANT("long", LongProperty),
    VARIANT("map", MapProperty),
    VARIANT("text", TextProperty),
    VARIANT("video", VideoProperty),
    VARIANT("video_group", VideoGroupProperty),
};

VARIANTS(PropertyDefinitionResource) = {
    VARIANT("audio", AudioPropertyDefinitionResource),
    VARIANT("audio_group", AudioGroupPropertyDefinitionResource),
    VARIANT("boolean", BooleanPropertyDefinitionResource),
    VARIANT("date", DatePropertyDefinitionResource),
    VARIANT("double", DoublePropertyDefinitionResource),
    VARIANT("file", FilePropertyDefinitionResource),
    VARIANT("file_group", FileGroupPropertyDefinitionResource),
    VARIANT("formatted_text", FormattedTextPropertyDefinitionResource),
    VARIANT("image", ImagePropertyDefinitionResource),
    VARIANT("image_group", ImageGroupPropertyDefinitionResource),
    VARIANT("integer", IntegerPropertyDefinitionResource),
    VARIANT("list", ListPropertyDefinitionResource),
    VARIANT("long", LongPropertyDefinitionResource),
    VARIANT("map", MapPropertyDefinitionResource),
    VARIANT("text", TextPropertyDefinitionResource),
    VARIANT("video", VideoPropertyDefinitionResource),
    VARIANT("video_group", VideoGroupPropertyDefinitionResource),
};

MODELS(DEFINE)

VALUES(by_id, "id");
VALUES(by_id_or_me, "id", "me");

#define SIZE QUERY("size", INTEGER, 0, "items a page")
#define PAGE QUERY_OR("page", INTEGER, 0, "1", "from 1")
#define ORDER                                                                  \
  QUERY_IN_OR(COMMAS, "order", STRING, 0, "id:ASC",                            \
              "property:ASC or property:DESC, with commas")

static const struct roster_offset page = {.start = "page",
                                          .size = "size",
                                          .items = "content",
                                          .total = "total_elements",
                                          .last = "last",
                                          .first = 1,
                                          .by_page = 1};

static const struct roster_op ops[] = {
    {
        .name = "add_user_tag",
        .method = "POST",
        .path = "/users/{user_id}/tags",
        .summary = "Attach a tag to a user",
        .note = "takes the tag as a plain string",
        PARAMS(PATH("user_id", INTEGER, NULL)),
        .retry = ROSTER_UNSAFE,
        BODY(StringWrapper),
        .user_ref = by_id,
    },
    {
        .name = "create_user_template",
        .method = "POST",
        .path = "/users/templates",
        .summary = "Create a user template",
        .retry = ROSTER_UNSAFE,
        OPTIONAL_BODY(TemplateResource),
        RETURNS(TemplateResource),
    },
    {
        .name = "delete_user_template",
        .method = "DELETE",
        .path = "/users/templates/{id}",
        .summary = "Delete a user template",
        .note = "a template in use is deleted only with cascade = \"detach\"",
        PARAMS(PATH("id", STRING, NULL),
               QUERY_ENUM("cascade", STRINGS("detach"), 0,
                          "detach: delete it even while it is in use")),
        .retry = ROSTER_IDEMPOTENT,
    },
    {
        .name = "get_user",
        .method = "GET",
        .path = "/users/{id}",
        .summary = "Fetch one user",
        .note = "private fields come only with USERS_ADMIN; the ids templates "
                "and password-reset are paths of their own",
        PARAMS(ID_OR_ME("id", NULL)),
        .retry = ROSTER_SAFE,
        .anonymous = 1,
        RETURNS(UserResource),
        .user_ref = by_id_or_me,
    },
    {
        .name = "get_user_tags",
        .method = "GET",
        .path = "/users/{user_id}/tags",
        .summary = "List a user's tags",
        PARAMS(PATH("user_id", INTEGER, NULL)),
        .retry = ROSTER_SAFE,
        .list = 1, /* of strings */
        .user_ref = by_id,
    },
    {
        .name = "get_user_template",
        .method = "GET",
        .path = "/users/templates/{id}",
        .summary = "Fetch one user template",
        PARAMS(PATH("id", STRING, NULL)),
        .retry = ROSTER_SAFE,
        RETURNS(TemplateResource),
    },
    {
        .name = "get_user_templates",
        .method = "GET",
        .path = "/users/templates",
        .summary = "Page through user templates",
        PARAMS(SIZE, PAGE, ORDER),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_OFFSET,
        .page_default = 25,
        .offset = &page,
        RETURNS(PageResourceTemplateResource),
    },
    {
        .name = "get_users",
        .method = "GET",
        .path = "/users",
        .summary = "Search and page through users",
        .note = "returns the short form of a user; private fields and "
                "filters on them need USERS_ADMIN",
        PARAMS(
            QUERY("filter_displayname", STRING, 0, "start of the display name"),
            QUERY("filter_email", STRING, 0,
                  "start of the email; needs USERS_ADMIN"),
            QUERY("filter_firstname", STRING, 0,
                  "start of the first name; needs USERS_ADMIN"),
            QUERY("filter_fullname", STRING, 0,
                  "start of the full name; needs USERS_ADMIN"),
            QUERY("filter_lastname", STRING, 0,
                  "start of the last name; needs USERS_ADMIN"),
            QUERY("filter_username", STRING, 0,
                  "start of the username; needs USERS_ADMIN"),
            QUERY("filter_tag", STRING, 0, "users with this tag"),
            QUERY("filter_group", STRING, 0,
                  "members of this group, by its unique name"),
            QUERY("filter_role", STRING, 0, "users with this role"),
            QUERY("filter_last_activity", STRING, 0,
                  "GT, LT, EQ, GOE or LOE, a comma, seconds of Unix time"),
            QUERY_IN(COMMAS, "filter_id_list", STRING, 0, "ids, with commas"),
            QUERY("filter_search", STRING, 0,
                  "start of the display name, else of the username"),
            SIZE, PAGE, ORDER),
        .retry = ROSTER_SAFE,
        .paging = ROSTER_OFFSET,
        .page_default = 25,
        .offset = &page,
        .anonymous = 1,
        RETURNS(PageResourceUserBaseResource),
    },
    {
        .name = "password_reset",
        .method = "PUT",
        .path = "/users/{id}/password-reset",
        .summary = "Finish a reset: set new password using the secret",
        .note = "the second step of a reset: takes the secret that the "
                "first step sent",
        PARAMS(PATH("id", INTEGER, NULL)),
        .retry = ROSTER_IDEMPOTENT,
        .anonymous = 1,
        OPTIONAL_BODY(NewPasswordRequest),
        .user_ref = by_id,
    },
    {
        .name = "register_user",
        .method = "POST",
        .path = "/users",
        .summary = "Register a user",
        .note = "needs password although the model has it as optional",
        .retry = ROSTER_UNSAFE,
        .anonymous = 1,
        OPTIONAL_BODY(UserResource),
        RETURNS(UserResource),
    },
    {
        .name = "remove_user_tag",
        .method = "DELETE",
        .path = "/users/{user_id}/tags/{tag}",
        .summary = "Detach a tag from a user",
        PARAMS(PATH("user_id", INTEGER, NULL), PATH("tag", STRING, NULL)),
        .retry = ROSTER_IDEMPOTENT,
        .user_ref = by_id,
    },
    {
        .name = "set_password",
        .method = "PUT",
        .path = "/users/{id}/password",
        .summary = "Set a user's password directly",
        .note = "takes the password as a plain string; id is a number, not me",
        PARAMS(PATH("id", INTEGER, NULL)),
        .retry = ROSTER_IDEMPOTENT,
        OPTIONAL_BODY(StringWrapper),
        .user_ref = by_id,
    },
    {
        .name = "start_password_reset",
        .method = "POST",
        .path = "/users/{id}/password-reset",
        .summary = "Start a password reset for a known user id",
        .note = "sends a secret to the user; how depends on the app",
        PARAMS(PATH("id", INTEGER, NULL)),
        .retry = ROSTER_UNSAFE,
        .typed = 1,
        .anonymous = 1,
        .user_ref = by_id,
    },
    {
        .name = "submit_password_reset",
        .method = "POST",
        .path = "/users/password-reset",
        .summary = "Start a password reset by email, username or phone",
        .note = "as start_password_reset, by exactly one of email, "
                "username and mobile_number",
        .retry = ROSTER_UNSAFE,
        .anonymous = 1,
        OPTIONAL_BODY(PasswordResetRequest),
    },
    {
        .name = "update_user",
        .method = "PUT",
        .path = "/users/{id}",
        .summary = "Replace a user's profile",
        .note = "replaces the whole profile, so read it first; ignores "
                "password",
        PARAMS(ID_OR_ME("id", NULL)),
        .retry = ROSTER_IDEMPOTENT,
        OPTIONAL_BODY(UserResource),
        .user_ref = by_id_or_me,
    },
    {
        .name = "update_user_template",
        .method = "PUT",
        .path = "/users/templates/{id}",
        .summary = "Replace a user template",
        .note = "may answer with nothing",
        PARAMS(PATH("id", STRING, NULL)),
        .retry = ROSTER_IDEMPOTENT,
        OPTIONAL_BODY(TemplateResource),
        RETURNS_OR_NOTHING(TemplateResource),
    },
};

VALUES(not_in_base, "/oauth/token");

static const struct roster_model *const models[] = {MODELS(POINTER)};

const struct roster_provider roster_knetik = {
    .name = "knetik",
    .ops = ops,
    .op_count = COUNT(ops),
    .models = models,
    .model_count = COUNT(models),
    .credential = "token",
    .auth_header = "Authorization",
    .auth_prefix = "Bearer ",
    .not_in_base = not_in_base,
    .token_path = "/oauth/token",
    .error = {.code = "code",
              .id = "request_id",
              .causes = "result",
              .cause = "message"},
};
