/* What the calls of one client share; the contract is in client.h. */
#include "client.h"
#include "auth.h"
#include "version.h"

#include <string.h>

static const char TYPE[] = "roster.core.client";

enum { MAX_SETTING = 16 * 1024, MAX_SPARE = 8 * 1024 };

struct roster_client *roster_client_check(lua_State *L, int index) {
  return (struct roster_client *)luaL_checkudata(L, index, TYPE);
}

static int client_close(lua_State *L) {
  struct roster_client *c = roster_client_check(L, 1);
  roster_buf_free(&c->base);
  roster_buf_free(&c->agent);
  roster_buf_free(&c->secret);
  roster_buf_free(&c->org);
  roster_spare_close(&c->spare);
  return 0;
}

/* client:forget(): the credential; the client can send nothing any more. */
static int client_forget(lua_State *L) {
  struct roster_client *c = roster_client_check(L, 1);
  roster_buf_free(&c->secret);
  c->asks = 0;
  return 0;
}

/* client:token_url() -> of the provider's token endpoint, or nil. */
static int client_token_url(lua_State *L) {
  const struct roster_client *c = roster_client_check(L, 1);
  if (c->provider->token_path == NULL)
    lua_pushnil(L);
  else
    lua_pushfstring(L, "%s%s", roster_buf_text(&c->base),
                    c->provider->token_path);
  return 1;
}

/* client:token_fault(token) -> why it cannot be sent, or nil. */
static int client_token_fault(lua_State *L) {
  const struct roster_client *c = roster_client_check(L, 1);
  size_t n;
  const char *token = luaL_checklstring(L, 2, &n);
  lua_pushstring(L, n > MAX_SETTING
                        ? "is too long"
                        : roster_auth_fault(c->auth_prefix, token, n));
  return 1;
}

static int client_tostring(lua_State *L) {
  const struct roster_client *c = roster_client_check(L, 1);
  lua_pushfstring(L, "roster.core.client{%s}", roster_buf_text(&c->base));
  return 1;
}

static int client_url(lua_State *L) {
  const struct roster_client *c = roster_client_check(L, 1);
  lua_pushstring(L, roster_buf_text(&c->base));
  return 1;
}

static int is_blank(char c) { return c > '\0' && c <= ' '; }

static int is_quote(char c) { return c != '\0' && strchr("\"'`<>", c) != NULL; }

/* Takes quotes, with blanks around or within them, off the ends of the text;
** returns whether there were quotes. */
static int strip_quotes(const char **from, const char **to) {
  const char *start = *from;
  const char *end = *to;
  int quotes = 0;
  for (; start < end && (is_blank(*start) || is_quote(*start)); start++)
    quotes += is_quote(*start);
  for (; end > start && (is_blank(end[-1]) || is_quote(end[-1])); end--)
    quotes += is_quote(end[-1]);
  if (quotes == 0)
    return 0;
  *from = start;
  *to = end;
  return 1;
}

/* Where what is not of a base URL begins in the path, and what it is; NULL:
** nowhere. */
static const char *find_foreign(const struct roster_provider *p,
                                const struct roster_url *u,
                                const char *const **part) {
  const char *end = u->path;
  const char *at;
  while (end < u->path + u->path_len && *end != '?' && *end != '#')
    end++;
  while (end > u->path && end[-1] == '/')
    end--;
  for (at = u->path; p->not_in_base != NULL && at < end; at++) {
    for (*part = p->not_in_base; **part != NULL; (*part)++) {
      size_t n = strlen(**part);
      if ((size_t)(end - at) >= n && memcmp(at, **part, n) == 0 &&
          (at + n == end || (**part)[n - 1] == '/'))
        return at;
    }
  }
  return NULL;
}

/*
** Mistakes in the base URL that show what it should be: pushes nil and a
** message that names it. [-0, +(0|2), m]
*/
static int refuse_slip(lua_State *L, const struct roster_provider *p,
                       const char *url, size_t n) {
  const char *from = url;
  const char *end = url + n;
  const char *foreign;
  const char *const *part = NULL;
  struct roster_url u;
  int quoted = strip_quotes(&from, &end);
  if (roster_url_parse(&u, from, (size_t)(end - from)) != NULL ||
      (p->host_fault != NULL && p->host_fault(u.host, u.host_len) != NULL))
    return 0;
  foreign = find_foreign(p, &u, &part);
  if (foreign == NULL && !quoted)
    return 0;
  lua_pushnil(L);
  lua_pushlstring(L, from, (size_t)((foreign == NULL ? end : foreign) - from));
  if (quoted)
    lua_pushfstring(L, "url has quotes around it: use %s", lua_tostring(L, -1));
  else
    lua_pushfstring(L, "url must end before \"%s\": use %s", *part,
                    lua_tostring(L, -1));
  lua_remove(L, -2);
  return 2;
}

/* [-0, +(0|2), e] returns 0, or 2 with nil and a message on the stack. */
static int read_url(lua_State *L, struct roster_client *c) {
  const char *fault;
  const char *url;
  size_t n;
  int insecure;
  lua_getfield(L, 2, "insecure");
  insecure = lua_toboolean(L, -1);
  lua_getfield(L, 2, "url");
  url = lua_tolstring(L, -1, &n);
  if (url == NULL && c->provider->url != NULL) {
    url = c->provider->url;
    n = strlen(url);
  }
  if (url == NULL || n == 0) {
    lua_pushnil(L);
    lua_pushliteral(L, "url is missing");
    return 2;
  }
  if (refuse_slip(L, c->provider, url, n) != 0)
    return 2;
  while (n > 0 && url[n - 1] == '/')
    n--;
  roster_buf_add(&c->base, url, n);
  fault = roster_buf_fault(&c->base);
  if (fault == NULL)
    fault = roster_url_parse(&c->origin, c->base.data, c->base.len);
  if (fault == NULL && memchr(c->origin.path, '?', c->origin.path_len) != NULL)
    fault = "must not hold a query";
  if (fault == NULL && memchr(c->origin.path, '#', c->origin.path_len) != NULL)
    fault = "must not hold a fragment";
  if (fault == NULL && c->provider->host_fault != NULL)
    fault = c->provider->host_fault(c->origin.host, c->origin.host_len);
  if (fault == NULL && strcmp(c->origin.scheme, "http") == 0 && !insecure &&
      !roster_url_is_loopback(&c->origin))
    fault = "is plain http to another machine, which shows the token to "
            "everyone on the way: use https (insecure = true allows it)";
  if (fault != NULL) {
    lua_pushnil(L);
    lua_pushfstring(L, "url %s", fault);
    return 2;
  }
  lua_getfield(L, 2, "proxy");
  if (lua_isstring(L, -1) && strcmp(c->origin.scheme, "http") == 0 &&
      !insecure) {
    lua_pushnil(L);
    lua_pushliteral(L, "proxy would be shown the token, for the url is plain "
                       "http: use https, or proxy = false (insecure = true "
                       "allows it)");
    return 2;
  }
  lua_pop(L, 3);
  return 0;
}

/*
** The provider's credential option, by its name, or with `bearer` an OAuth
** access token, where the provider's own credential is another. [-0, +(0|2), e]
*/
static int read_secret(lua_State *L, struct roster_client *c) {
  const char *fault;
  const char *s;
  size_t n;
  c->credential = c->provider->credential;
  c->auth_prefix = c->provider->auth_prefix;
  lua_getfield(L, 2, "bearer");
  if (lua_toboolean(L, -1)) {
    c->credential = "access_token";
    c->auth_prefix = "Bearer ";
    c->bearer = 1;
  }
  lua_getfield(L, 2, "asks");
  c->asks = lua_toboolean(L, -1);
  lua_getfield(L, 2, c->credential);
  s = lua_tolstring(L, -1, &n);
  if (s != NULL) {
    fault = roster_auth_fault(c->auth_prefix, s, n);
    if (fault == NULL && !roster_buf_add(&c->secret, s, n))
      fault = roster_buf_fault(&c->secret);
    if (fault != NULL) {
      lua_pushnil(L);
      lua_pushfstring(L, "%s %s", c->credential, fault);
      return 2;
    }
  }
  lua_pop(L, 3);
  return 0;
}

/* [-0, +(0|2), e] */
static int read_agent(lua_State *L, struct roster_client *c) {
  const char *fault = NULL;
  const char *s;
  size_t n;
  roster_buf_adds(&c->agent, "roster/" ROSTER_VERSION);
  lua_getfield(L, 2, "user_agent");
  s = lua_tolstring(L, -1, &n);
  if (s != NULL) {
    fault = roster_text_value_fault(s, n);
    roster_buf_addc(&c->agent, ' ');
    roster_buf_add(&c->agent, s, n);
  }
  if (fault == NULL)
    fault = roster_buf_fault(&c->agent);
  if (fault != NULL) {
    lua_pushnil(L);
    lua_pushfstring(L, "user_agent %s", fault);
    return 2;
  }
  lua_pop(L, 1);
  return 0;
}

/* [-0, +(0|2), e] */
static int read_org(lua_State *L, struct roster_client *c) {
  const char *fault;
  const char *s;
  size_t n;
  lua_getfield(L, 2, "org_id");
  s = lua_tolstring(L, -1, &n);
  if (s != NULL) {
    fault = n == 0 ? "is empty" : roster_text_value_fault(s, n);
    if (fault == NULL && !roster_buf_add(&c->org, s, n))
      fault = roster_buf_fault(&c->org);
    if (fault != NULL) {
      lua_pushnil(L);
      lua_pushfstring(L, "org_id %s", fault);
      return 2;
    }
  }
  lua_pop(L, 1);
  return 0;
}

static double number_field(lua_State *L, const char *name) {
  double value;
  lua_getfield(L, 2, name);
  value = luaL_checknumber(L, -1);
  lua_pop(L, 1);
  return value;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  static const luaL_Reg methods[] = {{"close", client_close},
                                     {"forget", client_forget},
                                     {"token_fault", client_token_fault},
                                     {"token_url", client_token_url},
                                     {"url", client_url},
                                     {NULL, NULL}};
  lua_newtable(L);
  lua_newtable(L);
  roster_setfuncs(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, client_close);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, client_tostring);
  lua_setfield(L, -2, "__tostring");
}

int roster_client_new(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const struct roster_provider *provider = roster_catalog_provider(name);
  struct roster_client *c;
  int failed;
  luaL_checktype(L, 2, LUA_TTABLE);
  if (provider == NULL)
    return luaL_error(L, "no provider \"%s\"", name);
  lua_settop(L, 2);
  c = (struct roster_client *)roster_newuserdata(L, sizeof(*c));
  memset(c, 0, sizeof(*c));
  c->provider = provider;
  roster_buf_init(&c->base, MAX_SETTING);
  roster_buf_init(&c->agent, MAX_SETTING);
  roster_buf_init(&c->secret, MAX_SETTING);
  roster_buf_init(&c->org, MAX_SETTING);
  roster_spare_init(&c->spare, MAX_SPARE);
  roster_pushmetatable(L, TYPE, create_metatable);
  lua_setmetatable(L, -2);
  /* what keeps a client alive is the same for all of its calls */
  lua_createtable(L, 1, 0);
  lua_pushvalue(L, 3);
  lua_rawseti(L, -2, 1);
  roster_setuservalue(L, 3);
  failed = read_url(L, c);
  if (failed == 0)
    failed = read_secret(L, c);
  if (failed == 0)
    failed = read_agent(L, c);
  if (failed == 0)
    failed = read_org(L, c);
  if (failed != 0)
    return failed;
  c->max_retries = (int)number_field(L, "max_retries");
  c->timeout = number_field(L, "timeout");
  c->connect_timeout = number_field(L, "connect_timeout");
  c->stall_timeout = number_field(L, "stall_timeout");
  c->max_response = (size_t)number_field(L, "max_response");
  c->max_nodes = (size_t)number_field(L, "max_nodes");
  lua_getfield(L, 2, "check");
  c->check = lua_toboolean(L, -1);
  lua_getfield(L, 2, "strict_text");
  c->strict_text = lua_toboolean(L, -1);
  lua_settop(L, 3);
  return 1;
}
