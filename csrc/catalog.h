/*
** What every endpoint is, as rows. A provider's file holds nothing but
** `static const` rows and exports one `struct roster_provider`; everything
** else (methods, checks, help, editor types, the sandbox's routes)
** interprets them. Strings are the vendor's wire spelling unless said
** otherwise; lists of strings end with NULL, or are NULL when empty.
*/
#ifndef ROSTER_CATALOG_H
#define ROSTER_CATALOG_H

#include <stddef.h>

enum roster_type {
  ROSTER_ANY, /* free-form JSON: passes unchecked */
  ROSTER_STRING,
  ROSTER_BOOLEAN,
  ROSTER_INTEGER,
  ROSTER_NUMBER,
  ROSTER_DATETIME, /* RFC 3339, a string both ways */
  ROSTER_OBJECT,   /* of `model`, or free-form when that is NULL */
  ROSTER_ARRAY,    /* elements: `item` and `model` */
  ROSTER_MAP       /* free keys; values: `item` and `model` */
};

enum roster_flag {
  ROSTER_REQUIRED = 1,
  ROSTER_READ_ONLY = 2,
  ROSTER_WRITE_ONLY = 4,
  ROSTER_NULLABLE = 8,
  ROSTER_SECRET = 16,  /* never printed: error, dry run, log, recording */
  ROSTER_LATER = 32,   /* not in the documents, added by later versions */
  ROSTER_ID_OR_ME = 64 /* path: digits or "me"; words are other paths */
};

struct roster_model;

struct roster_field {
  const char *name;
  unsigned char type; /* enum roster_type */
  unsigned char item; /* enum roster_type; for ROSTER_ARRAY and ROSTER_MAP */
  unsigned char flags;
  const struct roster_model *model;
  const char *const *values; /* known values; others pass as well */
};

/* One kind of a polymorphic model: the discriminator's value and its model. */
struct roster_variant {
  const char *tag;
  const struct roster_model *model;
};

struct roster_model {
  const char *name;
  const struct roster_field *fields; /* sorted by name, strcmp order */
  unsigned short field_count;
  unsigned short variant_count;
  unsigned char closed;      /* has these fields; a caller sets no others */
  unsigned char wraps;       /* a bare string stands for {fields[0]: string} */
  const char *discriminator; /* name of the field that tells the kind */
  const struct roster_variant *variants; /* sorted by tag */
};

/* How a query parameter's value is written. */
enum roster_style {
  ROSTER_PLAIN,
  ROSTER_SPACED,   /* a list is joined with spaces */
  ROSTER_COMMAS,   /* a list is joined with commas */
  ROSTER_FILTER,   /* field:$op:value, a list of them, or { any = list } */
  ROSTER_BRACKETS, /* a table becomes name[key]= and name[key][]= */
  ROSTER_OMIT      /* words that go into the media type: see omit.h */
};

enum roster_place { ROSTER_PATH, ROSTER_QUERY, ROSTER_HEADER };

struct roster_param {
  const char *name; /* the option is this in snake_case */
  unsigned char place;
  unsigned char type;
  unsigned char flags;
  unsigned char style; /* enum roster_style */
  const char *const *values;
  const char *note;        /* one line of ours, or NULL */
  const char *absent;      /* what the service does without it; never sent */
  const char *const *keys; /* ROSTER_BRACKETS: what the table may hold;
                              ROSTER_OMIT: the words */
};

/* What a repeated request does; decides which failures may be retried. */
enum roster_retry {
  ROSTER_RETRY_UNSET, /* no row may leave it so */
  ROSTER_SAFE,        /* changes nothing */
  ROSTER_IDEMPOTENT,  /* once or twice comes to the same */
  ROSTER_UNSAFE,      /* only the caller can know */
  ROSTER_GRANT        /* no row: asks for a token, which is not sent twice */
};

enum roster_paging {
  ROSTER_WHOLE, /* one answer holds everything */
  ROSTER_LINK,  /* RFC 8288 Link, rel="next" */
  ROSTER_OFFSET /* an offset or a page number, and a total */
};

/* How ROSTER_OFFSET asks for a page, and where the answer has its parts. */
struct roster_offset {
  const char *start;          /* query parameter: which page */
  const char *size;           /* query parameter: how many items; a field of
                              ** the answer as well where that repeats it */
  const char *items;          /* field of the answer: the items */
  const char *total;          /* field of the answer: how many items in all */
  const char *last;           /* field: is this the last page? or NULL */
  unsigned char first;        /* value of `start` for the first page */
  unsigned char by_page;      /* `start` counts pages, not items */
  const char *const *sort_by; /* options by which the caller sorts ... */
  const char *sort_value;     /* ... and what the first of them is if not */
};

struct roster_op {
  const char *name;           /* snake_case, the method's name */
  const char *const *aliases; /* older names */
  const char *method;
  const char *path; /* template with {name}, below the base URL */
  const char *summary;
  const char *note;                  /* what surprises, or NULL */
  const struct roster_param *params; /* path (in order), query, header */
  unsigned short param_count;
  unsigned char body_required;
  unsigned char list; /* returns a list of `returns`, of anything if NULL */
  unsigned char retry;
  unsigned char paging;
  unsigned char typed;         /* names a Content-Type even without a body */
  unsigned char anonymous;     /* the document asks for no credential */
  unsigned char may_be_empty;  /* what `returns` promises may be left out */
  unsigned short page_default; /* items a page, 0 when unknown */
  unsigned short page_max;
  const struct roster_model *body;    /* NULL: takes none */
  const struct roster_model *returns; /* NULL and no list: nothing */
  const char *const *scopes;          /* OAuth scopes, any one suffices */
  const char *const *user_ref; /* what {userId} may be: id, login, me, ... */
  const struct roster_offset *offset; /* for ROSTER_OFFSET, else NULL */
};

/* How the service spells an error body; NULL where it has no such member. */
struct roster_error_names {
  const char *code;
  const char *message;
  const char *id;     /* quoted to the vendor's support */
  const char *causes; /* an array of objects ... */
  const char *cause;  /* ... with the text in this member */
  const char *denied; /* the code for what the caller may not do */
};

struct roster_provider {
  const char *name;
  const struct roster_op *ops; /* sorted by name */
  unsigned short op_count;
  const struct roster_model *const *models; /* sorted by name */
  unsigned short model_count;
  const char *url;         /* the base URL, NULL when each tenant has its own */
  const char *credential;  /* the option that takes it: "token", ... */
  const char *auth_header; /* carries the credential ... */
  const char *auth_prefix; /* ... behind this */
  const char *path_refused; /* characters that no path segment may hold */
  /* what a base URL does not end in: roster adds it, or it is a page of the
     service; anything may follow one with a final slash. NULL at the end */
  const char *const *not_in_base;
  const char *request_id;  /* response header */
  const char *retry_for;   /* request header: the first try's request id */
  const char *retry_count; /* request header: which further try this is */
  const char *rate_prefix; /* of the -limit, -remaining, -reset headers */
  struct roster_error_names error;
  /* Why a host is not this service's API, or NULL. May be NULL itself. */
  const char *(*host_fault)(const char *host, size_t len);
  /* Which of the service's limits a call counts against, or NULL: all one. */
  const char *(*bucket)(const char *method, const char *path);
  const char *token_path; /* of the OAuth token endpoint, or NULL */
  const char *org_header; /* request header: which tenant; or NULL */
  /* parts of a URL's path where that header is refused; NULL at the end */
  const char *const *org_refused;
};

extern const struct roster_provider roster_jumpcloud;
extern const struct roster_provider roster_knetik;
extern const struct roster_provider roster_okta;

/* Every provider of this build, NULL at the end. */
extern const struct roster_provider *const roster_providers[];

/* Look-ups: NULL when there is no such row. */
const struct roster_provider *roster_catalog_provider(const char *name);
const struct roster_model *
roster_catalog_model(const struct roster_provider *provider, const char *name);

/* By the method's name. */
const struct roster_op *
roster_catalog_op(const struct roster_provider *provider, const char *name);

/* `len` bytes of `name`, which need not end with NUL nor be text at all. */
const struct roster_field *roster_model_field(const struct roster_model *model,
                                              const char *name, size_t len);

/* The model of the kind that `tag` names. */
const struct roster_model *
roster_model_variant(const struct roster_model *model, const char *tag,
                     size_t len);

/*
** The Lua option of a parameter: its wire name in snake_case ("sendEmail":
** send_email, "If-Match": if_match). Writes at most `size` bytes with the
** final NUL; returns the length it would take, so >= size means cut short.
*/
size_t roster_catalog_option_name(const struct roster_param *param, char *out,
                                  size_t size);

enum { ROSTER_OPTION_MAX = 64 }; /* enough for every row, with the NUL */

/* What the enumerations above are called in Lua; NULL beyond them. */
const char *roster_type_name(enum roster_type type);
const char *roster_place_name(enum roster_place place);
const char *roster_style_name(enum roster_style style); /* NULL for plain */
const char *roster_retry_name(enum roster_retry retry);
const char *roster_paging_name(enum roster_paging paging);

#endif
