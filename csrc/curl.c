/*
** roster.curl: a libcurl multi handle for Lua, in steps. No Lua is called from
** libcurl's callbacks.
*/
#define _POSIX_C_SOURCE 200809L /* nanosleep under -std=c99 */

#include "compat.h"
#include "curl_poll.h"
#include "curl_socket.h"
#include "curl_transfer.h"
#include "process.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

static const char TYPE[] = "roster.multi";

static struct roster_multi *check_multi(lua_State *L, int index) {
  struct roster_multi *m =
      (struct roster_multi *)roster_checkself(L, index, TYPE);
  roster_transfer_is_inherited(m);
  return m;
}

static struct roster_multi *check_open(lua_State *L, int index) {
  struct roster_multi *m = check_multi(L, index);
  if (m->handle == NULL)
    luaL_error(L, m->process == roster_process()
                      ? "the transport is closed"
                      : "the transport is of another process");
  return m;
}

/* The exchange a call's userdata begins with, if it was built as ours was. */
static struct roster_exchange *check_exchange(lua_State *L, int index) {
  struct roster_exchange *x =
      (struct roster_exchange *)luaL_checkudata(L, index, ROSTER_CALL_TYPE);
  if (x->size != sizeof(*x))
    luaL_error(L, "roster.core and roster.curl are of different builds");
  return x;
}

/*
** multi:close([watched]): whatever is on its way is lost. Does somebody still
** watch the descriptor, it stays until another close.
*/
static int multi_close(lua_State *L) {
  struct roster_multi *m = check_multi(L, 1);
  roster_transfer_close(m);
  if (!lua_toboolean(L, 2))
    roster_poll_close(m);
  return 0;
}

/* A to-be-closed variable passes the error as a second argument. */
static int multi_gc(lua_State *L) {
  lua_settop(L, 1);
  return multi_close(L);
}

/*
** multi:add(call): begins the call's exchange. Whoever waits for it holds the
** call: one that is collected or closed is taken off. Raises when it is on its
** way already or finished, and when out of memory.
*/
static int multi_add(lua_State *L) {
  struct roster_multi *m = check_open(L, 1);
  struct roster_exchange *x = check_exchange(L, 2);
  if (x->transport != NULL)
    return luaL_error(L, "the call is on its way already");
  if (x->url.len == 0)
    return luaL_error(L, "the call is finished");
  if (!roster_transfer_begin(m, x))
    return luaL_error(L, "out of memory");
  return 0;
}

/*
** multi:cancel(call [, closed]): forgets an exchange, which is then lost:
** because its client was closed, or because its outcome is not wanted any more.
*/
static int multi_cancel(lua_State *L) {
  struct roster_multi *m = check_multi(L, 1);
  struct roster_exchange *x = check_exchange(L, 2);
  if (lua_toboolean(L, 3))
    roster_transfer_cancel(m, x, ROSTER_LOSS_CLOSED, ROSTER_CLOSED);
  else
    roster_transfer_cancel(m, x, ROSTER_LOSS_TRANSPORT,
                           "the call was cancelled");
  return 0;
}

/*
** Moves bytes; waits for at most `ms` milliseconds for some to come. Should
** libcurl itself fail, its timeouts do not run either: whoever waits would wait
** for ever, so all is lost. Returns how many that were.
*/
static int move(struct roster_multi *m, int ms) {
  CURLMcode code;
  int running;
  if (m->poll_fd >= 0) {
    code = roster_poll_step(m, ms);
  } else {
    if (ms > 0)
      curl_multi_poll(m->handle, NULL, 0, ms, NULL);
    code = curl_multi_perform(m->handle, &running);
  }
  return code == CURLM_OK ? 0
                          : roster_transfer_give_up(m, ROSTER_LOSS_TRANSPORT,
                                                    curl_multi_strerror(code));
}

/*
** multi:push(): moves bytes of what nobody waits for yet. No exchange gets its
** outcome before the next step, unless libcurl itself fails.
*/
static int multi_push(lua_State *L) {
  struct roster_multi *m = check_multi(L, 1);
  if (roster_transfer_is_inherited(m))
    return 0;
  m = check_open(L, 1);
  move(m, 0);
  if (m->poll_fd >= 0)
    roster_poll_wake(m);
  return 0;
}

/*
** multi:step(seconds) -> how many exchanges are still on their way; in how
** many seconds libcurl wants the next step even if nothing came (nil: it does
** not); how many got their outcome. Moves bytes; waits for at most `seconds`,
** and not at all once one is settled or has its header. After close() nothing
** is on its way: a loop whose client was closed sees that its calls are lost.
** After a fork() the child's multi has no exchange left: what was on its way is
** settled.
*/
static int multi_step(lua_State *L) {
  struct roster_multi *m = check_multi(L, 1);
  double wait = luaL_optnumber(L, 2, 0);
  long ms = -1;
  int settled;
  int inherited = roster_transfer_is_inherited(m);
  if (inherited || m->handle == NULL) {
    lua_pushinteger(L, 0);
    lua_pushnil(L);
    lua_pushinteger(L, inherited);
    return 3;
  }
  m->headed = 0;
  settled = move(m, 0);
  settled += roster_transfer_collect(m);
  if (settled == 0 && !m->headed && m->active_count > 0 && wait > 0) {
    settled = move(m, (int)roster_curl_milliseconds(wait));
    settled += roster_transfer_collect(m);
  }
  curl_multi_timeout(m->handle, &ms);
  lua_pushinteger(L, m->active_count);
  if (ms < 0)
    lua_pushnil(L);
  else
    lua_pushnumber(L, (lua_Number)ms / 1000);
  lua_pushinteger(L, settled);
  return 3;
}

/*
** multi:fd() -> a descriptor that is readable whenever a step has something to
** do; it belongs to the multi. Asked for first while nothing is on its way.
** Raises where the system has none.
*/
static int multi_fd(lua_State *L) {
  struct roster_multi *m = check_multi(L, 1);
  if (m->poll_fd < 0 || !roster_transfer_is_inherited(m)) {
    const char *fault = roster_poll_open(check_open(L, 1));
    if (fault != NULL)
      return luaL_error(L, "%s", fault);
  }
  lua_pushinteger(L, m->poll_fd);
  return 1;
}

/* Copies the string setting, if there is one. [-0, +0, e] */
static void read_setting(lua_State *L, const char *name, struct roster_buf *b) {
  const char *s;
  size_t n;
  lua_getfield(L, 1, name);
  s = lua_tolstring(L, -1, &n);
  if (s != NULL && !roster_buf_add(b, s, n))
    luaL_error(L, "%s %s", name, roster_buf_fault(b));
  lua_pop(L, 1);
}

/*
** curl.multi{ ca = file, proxy = url or false } -> multi. libcurl looks for a
** proxy in the environment unless there is one, or false. [-0, +1, e]
*/
static int multi_new(lua_State *L) {
  struct roster_multi *m;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  m = (struct roster_multi *)roster_newuserdata(L, sizeof(*m));
  memset(m, 0, sizeof(*m));
  m->poll_fd = -1;
  m->timer_fd = -1;
  roster_curl_options_init(&m->options);
  luaL_getmetatable(L, TYPE);
  lua_setmetatable(L, -2);
  read_setting(L, "ca", &m->options.ca);
  read_setting(L, "proxy", &m->options.proxy);
  lua_getfield(L, 1, "proxy");
  m->options.direct = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
  lua_pop(L, 1);
  m->process = roster_process();
  m->handle = roster_socket_multi();
  if (m->handle == NULL)
    return luaL_error(L, "libcurl gave no handle");
  return 1;
}

/*
** curl.sleep(seconds): waits in place, an hour at most; a signal ends it. In
** this module because nothing that blocks belongs in the other.
*/
static int curl_sleep(lua_State *L) {
  double seconds = luaL_checknumber(L, 1);
  struct timespec t;
  if (!(seconds > 0))
    return 0;
  t.tv_sec = (time_t)(seconds > 3600 ? 3600 : seconds);
  t.tv_nsec = (long)((seconds > 3600 ? 0 : seconds - (double)t.tv_sec) * 1e9);
  nanosleep(&t, NULL);
  return 0;
}

/*
** Once for the process; again where it failed. Several Lua states of one
** process may load this at the same time.
*/
static CURLcode start(void) {
  static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
  static CURLcode started = CURLE_FAILED_INIT;
  CURLcode code;
  pthread_mutex_lock(&gate);
  if (started != CURLE_OK)
    started = curl_global_init(CURL_GLOBAL_DEFAULT);
  code = started;
  pthread_mutex_unlock(&gate);
  return code;
}

ROSTER_EXPORT int luaopen_roster_curl(lua_State *L);

/* [-0, +1, e] */
int luaopen_roster_curl(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"add", multi_add},   {"cancel", multi_cancel}, {"step", multi_step},
      {"push", multi_push}, {"fd", multi_fd},         {"close", multi_close},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {
      {"multi", multi_new}, {"sleep", curl_sleep}, {NULL, NULL}};
  CURLcode code = start();
  roster_checkversion(L);
  if (code != CURLE_OK)
    return luaL_error(L, "libcurl: %s", curl_easy_strerror(code));
  if (!roster_process_start())
    return luaL_error(L, "not enough memory");
  luaL_newmetatable(L, TYPE);
  lua_newtable(L);
  roster_setmethods(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, multi_gc);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, multi_gc);
  lua_setfield(L, -2, "__close");
  lua_pop(L, 1);
  lua_newtable(L);
  roster_setfuncs(L, functions);
  return 1;
}
