/* A request without a row; the contract is in request.h. */
#include "fields.h"
#include "query.h"
#include "request.h"
#include "scalar.h"
#include "text.h"

#include <string.h>
#include <strings.h>

static int is_escape(const char *s, size_t n) {
  static const char hex[] = "0123456789abcdefABCDEF";
  return n >= 3 && memchr(hex, s[1], sizeof(hex) - 1) != NULL &&
         memchr(hex, s[2], sizeof(hex) - 1) != NULL;
}

/* "." or "..", whose dots may be encoded: servers decode before they route. */
static int is_dot_segment(const char *s, size_t n) {
  size_t dots = 0;
  size_t i = 0;
  while (i < n) {
    if (s[i] == '.')
      i++;
    else if (n - i >= 3 && strncasecmp(s + i, "%2e", 3) == 0)
      i += 3;
    else
      return 0;
    dots++;
  }
  return dots == 1 || dots == 2;
}

/* Appends the path as the caller encoded it, if it stays below the base. */
static int add_free_path(const struct roster_request *r, const char *path,
                         size_t n) {
  size_t i;
  size_t start = 1;
  if (n == 0 || path[0] != '/')
    return roster_refuse(r->refusal, 1, "path must begin with \"/\"");
  for (i = 1; i <= n; i++) {
    if (i < n && ((unsigned char)path[i] <= 0x20 ||
                  (unsigned char)path[i] >= 0x7F || path[i] == '\\'))
      return roster_refuse(
          r->refusal, 0, "path holds a character that must be percent-encoded");
    if (i < n && (path[i] == '?' || path[i] == '#'))
      return roster_refuse(r->refusal, 1,
                           "path must not hold \"%c\": use query = {...}",
                           path[i]);
    if (i < n && path[i] == '%' && !is_escape(path + i, n - i))
      return roster_refuse(r->refusal, 0,
                           "path holds a %% without two hex digits behind it");
    if (i == n || path[i] == '/') {
      if (is_dot_segment(path + start, i - start))
        return roster_refuse(r->refusal, 0, "path holds a dot segment");
      start = i + 1;
    }
  }
  roster_buf_add(&r->exchange->url, r->client->base.data, r->client->base.len);
  roster_buf_add(&r->exchange->url, path, n);
  return 1;
}

/* Pushes the member, which must have the given type if it is there. */
static int push_member(lua_State *L, const struct roster_request *r, int index,
                       const char *name, int type) {
  lua_pushstring(L, name);
  lua_rawget(L, index);
  if (lua_isnil(L, -1) || lua_type(L, -1) == type)
    return 1;
  return roster_refuse(r->refusal, 1, "%s: expected %s, got %s", name,
                       lua_typename(L, type), roster_scalar_kind(L, -1));
}

static const char *known_method(const char *name, size_t n) {
  static const char *const methods[] = {"GET",   "POST",   "PUT",
                                        "PATCH", "DELETE", NULL};
  const char *const *m;
  for (m = methods; *m != NULL; m++) {
    if (strlen(*m) == n && memcmp(*m, name, n) == 0)
      return *m;
  }
  return NULL;
}

/* Does the service refuse to be told the tenant in a request to this URL? */
static int refuses_org(const struct roster_provider *p, const char *url) {
  const char *const *part;
  for (part = p->org_refused; *part != NULL; part++) {
    const char *found = strstr(url, *part);
    if (found != NULL && strchr("/?", found[strlen(*part)]) != NULL)
      return 1; /* strchr finds the final NUL, too */
  }
  return 0;
}

/* The client's tenant, unless the caller named one. */
static void add_org(const struct roster_request *r) {
  const struct roster_client *c = r->client;
  if (c->org.len > 0 && c->provider->org_header != NULL &&
      !refuses_org(c->provider, roster_buf_text(&r->exchange->url)))
    roster_fields_add(r->exchange, c->provider->org_header, c->org.data,
                      c->org.len);
}

int roster_request_build_free(lua_State *L, const struct roster_request *r,
                              int index) {
  struct roster_exchange *x = r->exchange;
  const char *method;
  const char *path;
  size_t n;
  luaL_checkstack(L, 20, "request");
  if (!push_member(L, r, index, "method", LUA_TSTRING))
    return 0;
  method = lua_tolstring(L, -1, &n);
  x->method = method == NULL ? "GET" : known_method(method, n);
  if (x->method == NULL)
    return roster_refuse(r->refusal, 1,
                         "method must be GET, POST, PUT, PATCH or DELETE");
  x->repeatable = strcmp(x->method, "GET") == 0;
  if (!push_member(L, r, index, "path", LUA_TSTRING))
    return 0;
  path = lua_tolstring(L, -1, &n);
  if (path == NULL)
    return roster_refuse(r->refusal, 1, "path is missing");
  if (!add_free_path(r, path, n) ||
      !push_member(L, r, index, "query", LUA_TTABLE))
    return 0;
  if (!lua_isnil(L, -1) &&
      !roster_query_free(L, &x->url, lua_gettop(L), r->refusal))
    return 0;
  if (!roster_request_limits(L, r, index) ||
      !push_member(L, r, index, "headers", LUA_TTABLE))
    return 0;
  if (!lua_isnil(L, -1) && !roster_fields_caller(L, r->exchange, r->client,
                                                 lua_gettop(L), r->refusal))
    return 0;
  add_org(r);
  lua_pushliteral(L, "body");
  lua_rawget(L, index);
  if (!lua_isnil(L, -1) && !roster_request_body(L, r, lua_gettop(L), NULL))
    return 0;
  return roster_request_finish(r);
}
