/*
** The methods by which a transport that moves bytes itself does its part:
** where to connect, what to send, what came back. The framing is HTTP/1.1.
*/
#include "call.h"
#include "text.h"

#include <string.h>

/*
** call:endpoint() -> scheme, host, port; an IPv6 address keeps its brackets.
** Nothing when the URL is not absolute. [-0, +0|3, m]
*/
static int call_endpoint(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  struct roster_url u;
  if (roster_url_parse(&u, roster_buf_text(&c->x.url), c->x.url.len) != NULL)
    return 0;
  lua_pushstring(L, u.scheme);
  lua_pushlstring(L, u.host, u.host_len);
  lua_pushinteger(L, (lua_Integer)u.port);
  return 3;
}

/*
** call:timeouts() -> seconds for the whole exchange, until a connection
** stands, and without a byte. [-0, +3, -]
*/
static int call_timeouts(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushnumber(L, c->x.timeout);
  lua_pushnumber(L, c->x.connect_timeout);
  lua_pushnumber(L, c->x.stall_timeout);
  return 3;
}

/* call:is_repeatable() -> does sending it twice do no harm? [-0, +1, -] */
static int call_is_repeatable(lua_State *L) {
  const struct roster_call *c = roster_call_check(L, 1);
  lua_pushboolean(L, c->x.repeatable);
  return 1;
}

/*
** call:bytes() -> header, body (nil: none): what goes out. Whatever was fed
** before is forgotten. [-0, +2, e]
*/
static int call_bytes(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  roster_buf_wipe(&c->scratch);
  if (!roster_http1_request(&c->x, &c->scratch))
    return luaL_error(L, c->scratch.error == ROSTER_BUF_NOMEM
                             ? "not enough memory"
                             : "the request cannot be written");
  roster_http1_begin(&c->http1, &c->x);
  lua_pushlstring(L, roster_buf_text(&c->scratch), c->scratch.len);
  roster_buf_wipe(&c->scratch); /* it held the credential */
  if (c->x.has_body)
    lua_pushlstring(L, roster_buf_text(&c->x.body), c->x.body.len);
  else
    lua_pushnil(L);
  return 2;
}

/*
** call:feed(bytes) -> is the exchange over, may the connection be kept. nil
** for `bytes`: the connection was closed. [-0, +2, e]
*/
static int call_feed(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  size_t n;
  const char *bytes = luaL_optlstring(L, 2, NULL, &n);
  if (c->x.outcome == ROSTER_PENDING) {
    c->x.sent = 1;
    if (bytes == NULL)
      roster_http1_end(&c->http1, &c->x);
    else
      roster_http1_feed(&c->http1, &c->x, bytes, n);
  } else if (n > 0) {
    c->http1.keep = 0;
  }
  lua_pushboolean(L, c->x.outcome != ROSTER_PENDING);
  lua_pushboolean(L, c->x.outcome == ROSTER_ANSWERED && c->http1.keep);
  return 2;
}

/*
** call:timed(connect, first_byte, total): seconds from the start; nil where
** it is not known. [-0, +0, e]
*/
static int call_timed(lua_State *L) {
  struct roster_call *c = roster_call_check(L, 1);
  c->x.connect_time = luaL_optnumber(L, 2, -1);
  c->x.first_byte_time = luaL_optnumber(L, 3, -1);
  c->x.total_time = luaL_optnumber(L, 4, -1);
  return 0;
}

const struct luaL_Reg roster_call_frame[] = {
    {"bytes", call_bytes}, {"endpoint", call_endpoint},
    {"feed", call_feed},   {"is_repeatable", call_is_repeatable},
    {"timed", call_timed}, {"timeouts", call_timeouts},
    {NULL, NULL}};
