/* The module: registration, and what needs no room of its own. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime under -std=c99 */

#include "call.h"
#include "catalog.h"
#include "client.h"
#include "compat.h"
#include "decode.h"
#include "encode.h"
#include "file.h"
#include "marks.h"
#include "number.h"
#include "process.h"
#include "proxy.h"
#include "rate.h"
#include "records.h"
#include "redact_lua.h"
#include "reflect.h"
#include "secrets.h"
#include "suggest.h"
#include "text.h"
#include "version.h"
#include "view.h"
#include "visible.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
** nearest(name, names) -> the one of `names` that `name` is a misspelling of,
** or nil. [-0, +1, e]
*/
static int core_nearest(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  unsigned least = ROSTER_SUGGEST_FAR;
  int i;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  lua_pushnil(L);
  for (i = 1; i <= (int)lua_rawlen(L, 2); i++) {
    unsigned slips;
    lua_rawgeti(L, 2, i);
    slips = roster_suggest_distance(name, luaL_checkstring(L, -1));
    if (slips < least) {
      least = slips;
      lua_replace(L, 3);
    } else {
      lua_pop(L, 1);
    }
  }
  return 1;
}

/* fingerprint(text) -> a number that tells texts apart. [-0, +1, e] */
static int core_fingerprint(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_pushnumber(L, roster_text_fingerprint(s, n));
  return 1;
}

/*
** date(text) -> epoch seconds of an HTTP date; nil where it is none.
** [-0, +1, e]
*/
static int core_date(lua_State *L) {
  double seconds = roster_rate_date(luaL_checkstring(L, 1));
  if (seconds < 0)
    lua_pushnil(L);
  else
    lua_pushnumber(L, seconds);
  return 1;
}

static double seconds_of(clockid_t which) {
  struct timespec now;
  clock_gettime(which, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/*
** clock() -> seconds that only ever go forward, from no particular start.
** [-0, +1, -]
*/
static int core_clock(lua_State *L) {
  lua_pushnumber(L, seconds_of(CLOCK_MONOTONIC));
  return 1;
}

/*
** wall() -> epoch seconds, with their fractions, which os.time has not.
** [-0, +1, -]
*/
static int core_wall(lua_State *L) {
  lua_pushnumber(L, seconds_of(CLOCK_REALTIME));
  return 1;
}

/*
** can_wait() -> may the running coroutine yield from here? false under a C
** function that cannot be left and come back to; nil where this Lua cannot
** tell. [-0, +1, -]
*/
static int core_can_wait(lua_State *L) {
  if (ROSTER_HAS_ISYIELDABLE)
    lua_pushboolean(L, lua_isyieldable(L));
  else
    lua_pushnil(L);
  return 1;
}

/* core.process() -> a number that a forked process has another of. */
static int core_process(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)roster_process());
  return 1;
}

/* What random() goes on from, and in which process. */
struct chance {
  uint64_t x;
  unsigned long process;
};

static void seed(struct chance *c) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  c->process = roster_process();
  c->x = ((uint64_t)now.tv_nsec << 32) ^ (uint64_t)now.tv_sec ^
         (uint64_t)(uintptr_t)c ^ ((uint64_t)getpid() << 16);
  c->x |= 1; /* all but nought will do */
}

/*
** random() -> from 0 up to but not 1. For spreading retries, not for secrets:
** all that matters is that two processes differ. One that was forked goes its
** own way. [-0, +1, -]
*/
static int core_random(lua_State *L) {
  struct chance *c = (struct chance *)lua_touserdata(L, lua_upvalueindex(1));
  if (c->process != roster_process())
    seed(c);
  c->x ^= c->x << 13;
  c->x ^= c->x >> 7;
  c->x ^= c->x << 17;
  lua_pushnumber(L, (double)(c->x >> 11) / 9007199254740992.0);
  return 1;
}

/* Pushes core.random with a state of its own. [-0, +1, m] */
static void push_random(lua_State *L) {
  seed((struct chance *)roster_newuserdata(L, sizeof(struct chance)));
  lua_pushcclosure(L, core_random, 1);
}

/*
** scrub(text, secret) -> text with "***" for the secret, as it is and as others
** quote it. [-0, +1, e]
*/
static int core_scrub(lua_State *L) {
  size_t n;
  size_t secret_len;
  const char *text = luaL_checklstring(L, 1, &n);
  const char *secret = luaL_checklstring(L, 2, &secret_len);
  char *copy = (char *)roster_newuserdata(L, n + 1);
  struct roster_buf encoded;
  int ok;
  memcpy(copy, text, n);
  n = roster_secrets_strike(copy, n, secret, secret_len);
  /* nothing below may raise before the buffer is freed */
  roster_buf_init(&encoded, 3 * secret_len);
  ok = roster_text_encode(&encoded, secret, secret_len);
  if (ok && encoded.len > 0)
    n = roster_secrets_strike(copy, n, encoded.data, encoded.len);
  roster_buf_free(&encoded);
  if (!ok)
    return luaL_error(L, "not enough memory");
  lua_pushlstring(L, copy, n);
  return 1;
}

/*
** visible(text [, form]) -> the text, safe to show: see visible.h. `form`:
** "line" (else), "text" or "message". [-0, +1, e]
*/
static int core_visible(lua_State *L) {
  static const char *const forms[] = {"line", "text", "message", NULL};
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  enum roster_visible form =
      (enum roster_visible)luaL_checkoption(L, 2, forms[0], forms);
  char *shown;
  if (!roster_visible_changes(s, n, form)) {
    lua_settop(L, 1);
    return 1;
  }
  if (n > ((size_t)-1) / 4)
    return luaL_error(L, "not enough memory");
  shown = (char *)roster_newuserdata(L, 4 * n);
  lua_pushlstring(L, shown, roster_visible_put(shown, s, n, form));
  return 1;
}

static int catches_interrupts(void) {
  struct sigaction action;
  return sigaction(SIGINT, NULL, &action) == 0 &&
         action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

/*
** interrupted() -> has a Ctrl-C been handled that may not have been raised yet?
** The programs lua and luajit handle SIGINT while they run a chunk. Their
** handlers restore the default action before they raise "interrupted!".
** [-0, +1, -]
*/
static int core_interrupted(lua_State *L) {
  lua_pushboolean(L, lua_toboolean(L, lua_upvalueindex(1)) &&
                         !catches_interrupts());
  return 1;
}

/*
** proxy_fault(url) -> what is wrong with it, to be put after the name of where
** it came from; or nil. [-0, +1, e]
*/
static int core_proxy_fault(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  lua_pushstring(L, roster_proxy_fault(s, n));
  return 1;
}

ROSTER_EXPORT int luaopen_roster_core(lua_State *L);

/* [-0, +1, e] */
int luaopen_roster_core(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"become", roster_file_become},
      {"call", roster_call_new},
      {"call_free", roster_call_new_free},
      {"call_options", roster_reflect_call_options},
      {"call_token", roster_call_new_token},
      {"can_wait", core_can_wait},
      {"catalog", roster_reflect_catalog},
      {"clock", core_clock},
      {"client", roster_client_new},
      {"columns", roster_file_columns},
      {"cut", roster_file_cut},
      {"date", core_date},
      {"decode", roster_decode_lua},
      {"encode", roster_encode_lua},
      {"fingerprint", core_fingerprint},
      {"fingerprints", roster_records_fingerprints},
      {"lock", roster_file_lock},
      {"marks", roster_marks_lua},
      {"methods", roster_reflect_methods},
      {"nearest", core_nearest},
      {"number", roster_number_lua},
      {"odd_record", roster_records_odd},
      {"process", core_process},
      {"providers", roster_reflect_providers},
      {"proxy_fault", core_proxy_fault},
      {"read_file", roster_file_read},
      {"redact", roster_redact_lua},
      {"scrub", core_scrub},
      {"seclude", roster_file_seclude},
      {"secrecy", roster_secrecy_lua},
      {"sync", roster_file_sync},
      {"unlock", roster_file_unlock},
      {"view", roster_view_lua},
      {"visible", core_visible},
      {"wall", core_wall},
      {NULL, NULL},
  };
  roster_checkversion(L);
  if (!roster_process_start())
    return luaL_error(L, "not enough memory");
  lua_createtable(L, 0, sizeof(functions) / sizeof(functions[0]) + 3);
  roster_setfuncs(L, functions);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  lua_pushliteral(L, ROSTER_VERSION);
  lua_setfield(L, -2, "_VERSION");
  push_random(L);
  lua_setfield(L, -2, "random");
  lua_pushboolean(L, catches_interrupts());
  lua_pushcclosure(L, core_interrupted, 1);
  lua_setfield(L, -2, "interrupted");
  return 1;
}
