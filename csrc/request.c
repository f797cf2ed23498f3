/* Operation + arguments -> a request; the contract is in request.h. */
#include "request.h"
#include "auth.h"
#include "fields.h"
#include "omit.h"
#include "query.h"
#include "scalar.h"
#include "suggest.h"
#include "text.h"
#include "view.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* tables inside of an option's: search = { fields = {} } */
enum { OPTION_LEVELS = 2 };

const struct roster_call_option roster_call_options[] = {
    {"check", "boolean", 0, 0,
     "false sends what is written, whatever the documents say"},
    {"cursor", "string", 1, 0, "where an earlier list stopped: list:cursor()"},
    {"dry_run", "boolean", 0, 0, "return the request instead of sending it"},
    {"deadline", "number", 0, 0, "when the call must be over, epoch seconds"},
    {"extra", "table", 0, 1,
     "names of members to send although no document has them"},
    {"headers", "table", 0, 0, "further request headers, name = value"},
    {"links", "boolean", 1, 0,
     "false leaves out each item's _links, and is quicker"},
    {"max_empty_pages", "number", 1, 0,
     "pages without items in a row after which the list is an error"},
    {"max_retries", "number", 0, 0, "further tries, 0 for none"},
    {"prefetch", "boolean", 1, 0, "ask for the next page ahead of its use"},
    {"strict_text", "boolean", 0, 0,
     "text that is not Unicode is an error, not repaired with U+FFFD"},
    {"timeout", "number", 0, 0,
     "seconds for the whole call with its waits, for all pages of a list"},
    {NULL, NULL, 0, 0, NULL}};

int roster_request_finish(const struct roster_request *r) {
  if (!roster_fields_own(r->exchange, r->client, r->op->typed) ||
      r->exchange->url.error != ROSTER_BUF_OK ||
      r->exchange->body.error != ROSTER_BUF_OK)
    return roster_refuse(r->refusal, 0,
                         "the request is too large, or memory ran out");
  return 1;
}

/* ------------------------------------------------------------------- URL */

/* [-0, +0, -] */
static int add_path(lua_State *L, const struct roster_request *r, int first,
                    int last) {
  const struct roster_op *op = r->op;
  struct roster_buf *url = &r->exchange->url;
  const char *p = op->path;
  int i = 0;
  roster_buf_add(url, r->client->base.data, r->client->base.len);
  while (*p != '\0') {
    const struct roster_param *param = &op->params[i];
    struct roster_scalar value;
    const char *fault;
    const char *open = strchr(p, '{');
    if (open == NULL) {
      roster_buf_adds(url, p);
      break;
    }
    roster_buf_add(url, p, (size_t)(open - p));
    if (first + i > last || lua_isnil(L, first + i))
      return roster_refuse(r->refusal, 1, "argument %d (%s) is missing", i + 1,
                           param->name);
    fault = roster_scalar_read(L, first + i, param->type, &value);
    if (fault != NULL && !r->encoder->check &&
        lua_type(L, first + i) == LUA_TSTRING)
      fault = roster_scalar_read(L, first + i, ROSTER_STRING, &value);
    if (fault != NULL)
      return roster_refuse(
          r->refusal, 1, "argument %d (%s): expected %s, got %s", i + 1,
          param->name, fault, roster_scalar_kind(L, first + i));
    fault = roster_text_segment_fault(value.text, value.len,
                                      r->client->provider->path_refused);
    if (fault != NULL)
      return roster_refuse(r->refusal, 0, "argument %d (%s) %s", i + 1,
                           param->name, fault);
    if ((param->flags & ROSTER_ID_OR_ME) != 0 &&
        strcmp(value.text, "me") != 0 &&
        strspn(value.text, "0123456789") != value.len)
      return roster_refuse(r->refusal, 0,
                           "argument %d (%s) must be a number or \"me\"", i + 1,
                           param->name);
    roster_text_encode(url, value.text, value.len);
    p = strchr(open, '}') + 1;
    i++;
  }
  return 1;
}

/* --------------------------------------------------------------- options */

/*
** Pushes the option's value, by its snake_case or its wire name.
** [-0, +1, m] returns 0 (and pushes nothing) when both are given.
*/
static int push_option(lua_State *L, int options,
                       const struct roster_param *param) {
  char name[ROSTER_OPTION_MAX];
  roster_catalog_option_name(param, name, sizeof(name));
  lua_pushstring(L, name);
  lua_rawget(L, options);
  if (strcmp(name, param->name) == 0)
    return 1;
  lua_pushstring(L, param->name);
  lua_rawget(L, options);
  if (!lua_isnil(L, -1) && !lua_isnil(L, -2)) {
    lua_pop(L, 2);
    return 0;
  }
  lua_remove(L, lua_isnil(L, -1) ? -1 : -2);
  return 1;
}

static int is_list(const struct roster_op *op) {
  return op->list || op->paging == ROSTER_OFFSET;
}

static const struct roster_call_option *
find_call_option(const struct roster_op *op, const char *name) {
  const struct roster_call_option *o;
  for (o = roster_call_options; o->name != NULL; o++) {
    if (o->name[0] == name[0] && strcmp(o->name, name) == 0 &&
        (is_list(op) || !o->lists_only) &&
        (op->body != NULL || !o->bodies_only))
      return o;
  }
  return NULL;
}

static int refuse_unknown(const struct roster_request *r, const char *name) {
  const struct roster_op *op = r->op;
  const struct roster_call_option *o;
  char best[ROSTER_OPTION_MAX] = "";
  unsigned least = ROSTER_SUGGEST_FAR;
  int i;
  for (i = 0; i < op->param_count; i++) {
    char option[ROSTER_OPTION_MAX];
    unsigned slips;
    if (op->params[i].place == ROSTER_PATH)
      continue;
    roster_catalog_option_name(&op->params[i], option, sizeof(option));
    slips = roster_suggest_distance(name, option);
    if (slips < least) {
      least = slips;
      memcpy(best, option, sizeof(best));
    }
  }
  for (o = roster_call_options; o->name != NULL; o++) {
    unsigned slips = roster_suggest_distance(name, o->name);
    if (slips < least && find_call_option(op, o->name) != NULL) {
      least = slips;
      snprintf(best, sizeof(best), "%s", o->name);
    }
  }
  if (best[0] != '\0')
    return roster_refuse(r->refusal, 1,
                         "unknown option \"%.64s\", did you mean \"%s\"?", name,
                         best);
  return roster_refuse(r->refusal, 1, "unknown option \"%.64s\"", name);
}

static int is_param(const struct roster_op *op, const char *name) {
  char option[ROSTER_OPTION_MAX];
  int i;
  for (i = 0; i < op->param_count; i++) {
    const struct roster_param *param = &op->params[i];
    /* in both spellings it begins with the same letter */
    if (param->place == ROSTER_PATH || ((param->name[0] ^ name[0]) & ~0x20))
      continue;
    roster_catalog_option_name(param, option, sizeof(option));
    if (strcmp(name, option) == 0 || strcmp(name, param->name) == 0)
      return 1;
  }
  return 0;
}

int roster_request_takes(const struct roster_op *op, const char *name) {
  return is_param(op, name) || find_call_option(op, name) != NULL;
}

/* Every key must be one we know: a misspelt filter would match too much. Notes
** what "check" says. */
static int check_option_names(lua_State *L, const struct roster_request *r,
                              int options) {
  lua_pushnil(L);
  while (lua_next(L, options) != 0) {
    const struct roster_call_option *o;
    const char *name;
    size_t n;
    if (lua_type(L, -2) != LUA_TSTRING)
      return roster_refuse(r->refusal, 1,
                           "options: a name must be a string, got %s",
                           luaL_typename(L, -2));
    name = lua_tolstring(L, -2, &n);
    if (strlen(name) != n)
      return refuse_unknown(r, name);
    o = find_call_option(r->op, name);
    if (o != NULL && strcmp(luaL_typename(L, -1), o->type) != 0)
      return roster_refuse(r->refusal, 1, "option \"%s\": expected %s, got %s",
                           name, o->type, roster_scalar_kind(L, -1));
    if (o == NULL && !is_param(r->op, name))
      return refuse_unknown(r, name);
    if (o != NULL && strcmp(name, "check") == 0)
      r->encoder->check = lua_toboolean(L, -1); /* goes before the client's */
    else if (o != NULL && strcmp(name, "extra") == 0)
      r->encoder->extra = options; /* until the body's turn */
    if (lua_istable(L, -1) && roster_view_within(L, -1, OPTION_LEVELS))
      return roster_request_view(r);
    lua_pop(L, 1);
  }
  return 1;
}

/* One query or header parameter from the options. [-0, +0, m] */
static int add_param(lua_State *L, const struct roster_request *r, int options,
                     const struct roster_param *param) {
  struct roster_exchange *x = r->exchange;
  char name[ROSTER_OPTION_MAX];
  struct roster_scalar value;
  const char *fault;
  int missing;
  roster_catalog_option_name(param, name, sizeof(name));
  if (options == 0)
    lua_pushnil(L);
  else if (!push_option(L, options, param))
    return roster_refuse(r->refusal, 1,
                         "option \"%s\" is given twice, also as \"%s\"", name,
                         param->name);
  missing = lua_isnil(L, -1);
  if (missing && (param->flags & ROSTER_REQUIRED) != 0 && r->encoder->check)
    return roster_refuse(r->refusal, 1, "option \"%s\" (%s) is required", name,
                         roster_type_name((enum roster_type)param->type));
  if (missing) {
    lua_pop(L, 1);
    return 1;
  }
  if (param->place == ROSTER_QUERY) {
    if (!roster_query_add(L, &x->url, param, name, r->encoder->check,
                          r->refusal))
      return 0;
  } else if (param->style == ROSTER_OMIT) {
    if (!roster_omit_add(L, x, param, r->encoder->check, r->refusal))
      return 0;
  } else {
    fault = roster_scalar_read(
        L, -1, r->encoder->check ? ROSTER_STRING : ROSTER_ANY, &value);
    if (fault != NULL)
      return roster_refuse(r->refusal, 1, "option \"%s\": expected %s, got %s",
                           name, fault, roster_scalar_kind(L, -1));
    fault = roster_text_value_fault(value.text, value.len);
    if (fault != NULL)
      return roster_refuse(r->refusal, 0, "option \"%s\" %s", name, fault);
    if (r->encoder->check && strcmp(param->name, "Content-Type") == 0 &&
        memchr(value.text, '/', value.len) == NULL)
      return roster_refuse(r->refusal, 0,
                           "option \"%s\": expected a media type; name what "
                           "to leave out in \"omit\"",
                           name);
    roster_fields_add(x, param->name, value.text, value.len);
  }
  lua_pop(L, 1);
  return 1;
}

/* Reads a number option, which must be `what`; absent: `value` stays.
** [-0, +0, m] */
static int read_limit(lua_State *L, const struct roster_request *r, int options,
                      const char *name, const char *what, double least,
                      double *value) {
  lua_pushstring(L, name);
  lua_rawget(L, options);
  if (!lua_isnil(L, -1)) {
    *value = lua_tonumber(L, -1);
    if (!(*value >= least && *value <= 1e12))
      return roster_refuse(r->refusal, 1, "option \"%s\" must be %s", name,
                           what);
  }
  lua_pop(L, 1);
  return 1;
}

/* Reads a boolean option; absent: `value`. [-0, +0, m] */
static int read_switch(lua_State *L, int options, const char *name, int value) {
  lua_pushstring(L, name);
  lua_rawget(L, options);
  if (!lua_isnil(L, -1))
    value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

int roster_request_limits(lua_State *L, const struct roster_request *r,
                          int options) {
  struct roster_exchange *x = r->exchange;
  struct roster_limits *limits = r->limits;
  double retries = r->client->max_retries;
  limits->links = 1;
  limits->strict_text = r->client->strict_text;
  limits->timeout = r->client->timeout;
  limits->deadline = 0;
  x->connect_timeout = r->client->connect_timeout;
  x->stall_timeout = r->client->stall_timeout;
  if (options != 0 &&
      (!read_limit(L, r, options, "timeout", "seconds above 0", 1e-6,
                   &limits->timeout) ||
       !read_limit(L, r, options, "deadline", "epoch seconds", 0,
                   &limits->deadline) ||
       !read_limit(L, r, options, "max_retries", "0 or more", 0, &retries)))
    return 0;
  limits->max_retries = retries > 1000 ? 1000 : (int)retries;
  if (options != 0) {
    limits->links = read_switch(L, options, "links", 1);
    limits->strict_text =
        read_switch(L, options, "strict_text", limits->strict_text);
  }
  return 1;
}

/* `options` is 0 when the caller gave none. [-0, +0, m] */
static int read_options(lua_State *L, const struct roster_request *r,
                        int options) {
  const struct roster_op *op = r->op;
  int i;
  if (!roster_request_limits(L, r, options))
    return 0;
  for (i = 0; i < op->param_count; i++) {
    const struct roster_param *param = &op->params[i];
    if (param->place == ROSTER_PATH ||
        (options == 0 && (param->flags & ROSTER_REQUIRED) == 0))
      continue;
    if (!add_param(L, r, options, param))
      return 0;
  }
  if (options != 0) {
    lua_pushliteral(L, "headers");
    lua_rawget(L, options);
    if (!lua_isnil(L, -1) && !roster_fields_caller(L, r->exchange, r->client,
                                                   lua_gettop(L), r->refusal))
      return 0;
    lua_pop(L, 1);
  }
  return 1;
}

/* ------------------------------------------------------------------ body */

static int path_count(const struct roster_op *op) {
  int n = 0;
  while (n < op->param_count && op->params[n].place == ROSTER_PATH)
    n++;
  return n;
}

int roster_request_build(lua_State *L, const struct roster_request *r,
                         int first, int last) {
  const struct roster_op *op = r->op;
  int paths = path_count(op);
  int body = op->body != NULL ? first + paths : 0;
  int options = first + paths + (op->body != NULL);
  luaL_checkstack(L, 20, "request");
  r->exchange->method = op->method;
  r->exchange->repeatable = op->retry != ROSTER_UNSAFE;
  if (last > options)
    return roster_refuse(r->refusal, 1, "takes at most %d arguments, got %d",
                         options - first + 1, last - first + 1);
  if (options > last || lua_isnil(L, options))
    options = 0;
  else if (!lua_istable(L, options))
    return roster_refuse(r->refusal, 1,
                         "argument %d (options): expected table, got %s",
                         options - first + 1, roster_scalar_kind(L, options));
  if (options != 0 && roster_view_is(L, options))
    return roster_request_view(r);
  /* the names first: what "check" says is for the path as well */
  if ((options != 0 && !check_option_names(L, r, options)) ||
      !add_path(L, r, first, last) || !read_options(L, r, options))
    return 0;
  if (body != 0 && body <= last && !lua_isnil(L, body)) {
    if (!lua_istable(L, body) &&
        !(op->body->wraps && lua_type(L, body) == LUA_TSTRING))
      return roster_refuse(
          r->refusal, 1, "argument %d (body): expected %s, got %s",
          body - first + 1, op->body->wraps ? "string or table" : "table",
          roster_scalar_kind(L, body));
    if (!roster_request_modelled(L, r, body, options, body - first + 1))
      return 0;
  } else if (body != 0 && op->body_required && r->encoder->check) {
    return roster_refuse(r->refusal, 1, "argument %d (body, %s) is missing",
                         body - first + 1, op->body->name);
  }
  r->encoder->extra = 0;
  return roster_request_finish(r);
}

/* ------------------------------------------------------- pages, credential */

const char *roster_request_follow(const struct roster_request *r,
                                  const char *url, size_t n) {
  struct roster_exchange *x = r->exchange;
  const struct roster_url *own = &r->client->origin;
  struct roster_url to;
  size_t origin_len = (size_t)(own->path - r->client->base.data);
  roster_buf_clear(&x->url);
  /* references relative to the scheme or to the origin (RFC 3986 4.2) */
  if (n > 1 && url[0] == '/' && url[1] == '/') {
    roster_buf_adds(&x->url, own->scheme);
    roster_buf_addc(&x->url, ':');
  } else if (n > 1 && url[0] == '/') {
    roster_buf_add(&x->url, r->client->base.data, origin_len);
  }
  roster_buf_add(&x->url, url, n);
  if (x->url.error != ROSTER_BUF_OK)
    return roster_buf_fault(&x->url);
  if (roster_url_parse(&to, roster_buf_text(&x->url), x->url.len) != NULL)
    return "is not a URL that can be followed";
  if (roster_url_same_origin(&to, own))
    return NULL;
  roster_refuse(r->refusal, 0,
                "points to another origin, which must not see the credential "
                "(%s://%.*s)",
                to.scheme, (int)(to.path - to.host), to.host);
  return roster_refusal_text(r->refusal);
}

const char *roster_request_authorize(const struct roster_request *r,
                                     const char *secret, size_t n) {
  const char *fault = roster_auth_fault(r->client->auth_prefix, secret, n);
  if (fault != NULL)
    return fault;
  if (!roster_auth_line(&r->exchange->fields, r->client->provider->auth_header,
                        r->client->auth_prefix, secret, n))
    return roster_buf_fault(&r->exchange->fields);
  return NULL;
}
