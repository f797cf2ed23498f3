/*
** roster.curl: exchanges over a libcurl multi handle, in steps. The only file
** that knows libcurl. Callbacks append bytes and nothing else; no Lua is
** called from them.
*/
#define _POSIX_C_SOURCE 200809L /* nanosleep under -std=c99 */

#include "compat.h"
#include "exchange.h"

#if defined(__has_include)
#if !__has_include(<curl/curl.h>)
#error "libcurl's headers are missing: libcurl4-openssl-dev (Debian), \
libcurl-devel (Fedora), curl-dev (Alpine), curl (Homebrew)"
#endif
#endif
#include <curl/curl.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#if LIBCURL_VERSION_NUM < 0x075500
#error "libcurl 7.85 or later is needed"
#endif

static const char TYPE[] = "roster.multi";

enum { MAX_SETTING = 4096, IDLE_MAX = 32 };

/* One exchange on its way, or an idle handle kept for the next one. */
struct transfer {
  CURL *easy;
  struct curl_slist *fields;
  struct roster_exchange *x;
  struct multi *owner;
  struct transfer *next;
  int ref;  /* pins the call in the multi's user value */
  int runs; /* how often the request was begun on a connection */
  char error[CURL_ERROR_SIZE];
};

struct multi {
  CURLM *handle;
  struct transfer *active;
  struct transfer *idle;
  int idle_count;
  int active_count;
  struct roster_buf ca;
  struct roster_buf proxy;
};

/* ---------------------------------------------------------------- callbacks */

static size_t on_body(char *bytes, size_t size, size_t n, void *data) {
  struct transfer *t = (struct transfer *)data;
  if (!roster_buf_add(&t->x->answer, bytes, size * n)) {
    roster_exchange_overflow(t->x, &t->x->answer, "answer");
    return 0;
  }
  return size * n;
}

static size_t on_header(char *line, size_t size, size_t n, void *data) {
  struct transfer *t = (struct transfer *)data;
  struct roster_exchange *x = t->x;
  /* a proxy's CONNECT and a 1xx have status lines of their own */
  if (n >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
    const char *space = (const char *)memchr(line, ' ', n);
    roster_exchange_status(x, space == NULL ? 0 : (int)strtol(space, NULL, 10));
  } else if (!roster_headers_line(&x->headers, line, size * n)) {
    roster_exchange_overflow(x, &x->headers.text, "header");
    return 0;
  }
  return size * n;
}

/*
** libcurl sends a request again by itself when a reused connection dies
** before a byte came back. The service may have acted all the same, so what
** must not happen twice is not begun twice.
*/
static int on_begin(void *data, char *remote_ip, char *local_ip,
                    int remote_port, int local_port) {
  struct transfer *t = (struct transfer *)data;
  (void)remote_ip;
  (void)local_ip;
  (void)remote_port;
  (void)local_port;
  t->runs++;
  if (t->runs > 1 && !t->x->repeatable) {
    t->x->sent = 1;
    roster_exchange_lose(t->x, ROSTER_LOSS_TRANSPORT,
                         "the connection was lost before an answer came");
    return CURL_PREREQFUNC_ABORT;
  }
  return CURL_PREREQFUNC_OK;
}

/* ---------------------------------------------------------------- transfers */

static void free_transfer(struct transfer *t) {
  curl_slist_free_all(t->fields);
  if (t->easy != NULL)
    curl_easy_cleanup(t->easy);
  free(t);
}

/* Takes the transfer off the multi; the exchange knows it no longer. */
static void detach(struct transfer *t) {
  struct multi *m = t->owner;
  struct transfer **at = &m->active;
  while (*at != NULL && *at != t)
    at = &(*at)->next;
  if (*at == t) {
    *at = t->next;
    m->active_count--;
  }
  curl_multi_remove_handle(m->handle, t->easy);
  t->x->abandon = NULL;
  t->x->transport = NULL;
  t->x = NULL;
  /* the list holds the credential's line: not kept for the next user */
  curl_slist_free_all(t->fields);
  t->fields = NULL;
  if (m->idle_count < IDLE_MAX) {
    curl_easy_reset(t->easy);
    t->next = m->idle;
    m->idle = t;
    m->idle_count++;
  } else {
    free_transfer(t);
  }
}

/* The exchange goes away first: its call was closed while on its way. */
static void abandon(struct roster_exchange *x) {
  detach((struct transfer *)x->transport);
}

static struct transfer *take_transfer(struct multi *m) {
  struct transfer *t = m->idle;
  if (t != NULL) {
    m->idle = t->next;
    m->idle_count--;
    return t;
  }
  t = (struct transfer *)calloc(1, sizeof(*t));
  if (t == NULL)
    return NULL;
  t->owner = m;
  t->easy = curl_easy_init();
  if (t->easy == NULL) {
    free(t);
    return NULL;
  }
  return t;
}

static int add_line(struct transfer *t, const char *line) {
  struct curl_slist *more = curl_slist_append(t->fields, line);
  if (more == NULL)
    return 0;
  t->fields = more;
  return 1;
}

static int add_lines(struct transfer *t) {
  size_t at = 0;
  int typed = 0;
  const char *line;
  while ((line = roster_exchange_field(t->x, &at)) != NULL) {
    char bare[256];
    size_t n = strlen(line);
    typed = typed || strncasecmp(line, "Content-Type:", 13) == 0;
    /* libcurl drops "Name:"; an empty value is spelled "Name;" */
    if (n >= 2 && n < sizeof(bare) && strcmp(line + n - 2, ": ") == 0) {
      memcpy(bare, line, n - 2);
      memcpy(bare + n - 2, ";", 2);
      line = bare;
    }
    if (!add_line(t, line))
      return 0;
  }
  /* libcurl would call an empty body a form */
  if (!typed && !add_line(t, "Content-Type:"))
    return 0;
  /* no 100-continue: it costs a round trip, or a second where unsupported */
  return add_line(t, "Expect:");
}

static long milliseconds(double seconds) {
  double ms = seconds * 1000;
  return ms < 1 ? 1 : ms > 2e9 ? 2000000000L : (long)ms;
}

#define SET(option, value)                                                     \
  do {                                                                         \
    if (code == CURLE_OK)                                                      \
      code = curl_easy_setopt(t->easy, option, value);                         \
  } while (0)

/* What holds for every request: safe by default, nothing followed. */
static CURLcode set_common(struct transfer *t) {
  const struct multi *m = t->owner;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_ERRORBUFFER, t->error);
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  SET(CURLOPT_ACCEPT_ENCODING, "");
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_WRITEDATA, t);
  SET(CURLOPT_HEADERFUNCTION, on_header);
  SET(CURLOPT_HEADERDATA, t);
  SET(CURLOPT_PREREQFUNCTION, on_begin);
  SET(CURLOPT_PREREQDATA, t);
  SET(CURLOPT_PRIVATE, t);
  if (m->ca.len > 0)
    SET(CURLOPT_CAINFO, m->ca.data);
  return code;
}

static CURLcode set_proxy(struct transfer *t) {
  const struct multi *m = t->owner;
  CURLcode code = CURLE_OK;
  if (m->proxy.len > 0) {
    SET(CURLOPT_PROXY, m->proxy.data);
    SET(CURLOPT_NOPROXY, "");
  } else if (strncasecmp(t->x->url.data, "http://", 7) == 0) {
    /* plain http was allowed because it stays on this machine: a proxy of
       the environment must not carry it away */
    SET(CURLOPT_NOPROXY, "*");
  }
  return code;
}

static CURLcode set_request(struct transfer *t) {
  const struct roster_exchange *x = t->x;
  CURLcode code = CURLE_OK;
  SET(CURLOPT_URL, x->url.data);
  SET(CURLOPT_PATH_AS_IS, 1L);
  SET(CURLOPT_HTTPHEADER, t->fields);
  SET(CURLOPT_TIMEOUT_MS, milliseconds(x->timeout));
  SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(x->connect_timeout));
  SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
  SET(CURLOPT_LOW_SPEED_TIME,
      (long)(x->stall_timeout < 1 ? 1 : x->stall_timeout));
  if (x->has_body || strcmp(x->method, "POST") == 0 ||
      strcmp(x->method, "PUT") == 0 || strcmp(x->method, "PATCH") == 0) {
    SET(CURLOPT_POSTFIELDS, roster_buf_text(&x->body));
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body.len);
  }
  if (strcmp(x->method, "GET") != 0 || x->has_body)
    SET(CURLOPT_CUSTOMREQUEST, x->method);
  return code;
}

/* Begins the exchange; on failure it is lost, with the reason. */
static void begin(struct multi *m, struct transfer *t,
                  struct roster_exchange *x) {
  CURLcode code = CURLE_OUT_OF_MEMORY;
  t->x = x;
  t->runs = 0;
  t->error[0] = '\0';
  x->abandon = abandon;
  x->transport = t;
  t->next = m->active;
  m->active = t;
  m->active_count++;
  if (add_lines(t))
    code = set_common(t);
  if (code == CURLE_OK)
    code = set_proxy(t);
  if (code == CURLE_OK)
    code = set_request(t);
  if (code == CURLE_OK && curl_multi_add_handle(m->handle, t->easy) != CURLM_OK)
    code = CURLE_FAILED_INIT;
  if (code != CURLE_OK) {
    roster_exchange_lose(x, ROSTER_LOSS_TRANSPORT, curl_easy_strerror(code));
    detach(t);
  }
}

static double seconds_of(CURL *easy, CURLINFO info) {
  curl_off_t us = 0;
  if (curl_easy_getinfo(easy, info, &us) != CURLE_OK)
    return -1;
  return (double)us / 1e6;
}

static enum roster_loss loss_of(CURLcode code) {
  switch (code) {
  case CURLE_OPERATION_TIMEDOUT:
    return ROSTER_LOSS_TIMEOUT;
  case CURLE_UNSUPPORTED_PROTOCOL: /* also: an answer that is not HTTP */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
  case CURLE_OUT_OF_MEMORY:
    return ROSTER_LOSS_PROTOCOL;
  default:
    return ROSTER_LOSS_TRANSPORT;
  }
}

/* libcurl is done with the transfer: the exchange gets its outcome. */
static void settle(struct transfer *t, CURLcode code) {
  struct roster_exchange *x = t->x;
  long request_size = 0;
  curl_easy_getinfo(t->easy, CURLINFO_REQUEST_SIZE, &request_size);
  if (request_size > 0)
    x->sent = 1;
  x->connect_time = seconds_of(t->easy, CURLINFO_APPCONNECT_TIME_T);
  if (x->connect_time <= 0)
    x->connect_time = seconds_of(t->easy, CURLINFO_CONNECT_TIME_T);
  x->first_byte_time = seconds_of(t->easy, CURLINFO_STARTTRANSFER_TIME_T);
  x->total_time = seconds_of(t->easy, CURLINFO_TOTAL_TIME_T);
  if (x->outcome == ROSTER_LOST) {
    x->status = 0;
  } else if (code == CURLE_OK && x->status >= 100 && x->status <= 999) {
    x->outcome = ROSTER_ANSWERED;
  } else if (code == CURLE_OK) {
    roster_exchange_lose(x, ROSTER_LOSS_PROTOCOL, "the answer is not HTTP");
    x->status = 0;
  } else {
    roster_exchange_lose(x, loss_of(code),
                         t->error[0] != '\0' ? t->error
                                             : curl_easy_strerror(code));
    x->status = 0;
  }
}

/* ------------------------------------------------------------- the Lua side */

static struct multi *check_multi(lua_State *L, int index) {
  return (struct multi *)luaL_checkudata(L, index, TYPE);
}

static struct multi *check_open(lua_State *L, int index) {
  struct multi *m = check_multi(L, index);
  if (m->handle == NULL)
    luaL_error(L, "the transport is closed");
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

/* multi:close(): whatever is on its way is lost. */
static int multi_close(lua_State *L) {
  struct multi *m = check_multi(L, 1);
  while (m->active != NULL) {
    roster_exchange_lose(m->active->x, ROSTER_LOSS_TRANSPORT,
                         "the client was closed");
    detach(m->active);
  }
  while (m->idle != NULL) {
    struct transfer *t = m->idle;
    m->idle = t->next;
    free_transfer(t);
  }
  m->idle_count = 0;
  if (m->handle != NULL)
    curl_multi_cleanup(m->handle);
  m->handle = NULL;
  roster_buf_free(&m->ca);
  roster_buf_free(&m->proxy);
  return 0;
}

/*
** multi:add(call): begins the call's exchange. The multi keeps the call alive
** until it has its outcome. Raises only when out of memory.
*/
static int multi_add(lua_State *L) {
  struct multi *m = check_open(L, 1);
  struct roster_exchange *x = check_exchange(L, 2);
  struct transfer *t;
  int ref;
  if (x->transport != NULL)
    return luaL_error(L, "the call is on its way already");
  lua_settop(L, 2);
  roster_getuservalue(L, 1);
  lua_pushvalue(L, 2);
  ref = luaL_ref(L, -2);
  t = take_transfer(m);
  if (t == NULL) {
    luaL_unref(L, -1, ref);
    return luaL_error(L, "out of memory");
  }
  t->ref = ref;
  begin(m, t, x);
  if (x->outcome != ROSTER_PENDING)
    luaL_unref(L, 3, ref);
  return 0;
}

/* multi:cancel(call): forgets an exchange that nobody waits for any more. */
static int multi_cancel(lua_State *L) {
  struct multi *m = check_multi(L, 1);
  struct roster_exchange *x = check_exchange(L, 2);
  struct transfer *t = (struct transfer *)x->transport;
  if (t != NULL && t->owner == m) {
    int ref = t->ref;
    roster_exchange_lose(x, ROSTER_LOSS_TRANSPORT, "the call was cancelled");
    detach(t);
    roster_getuservalue(L, 1);
    luaL_unref(L, -1, ref);
  }
  return 0;
}

/* Settles what libcurl has finished; returns how many. [-0, +0, -] */
static int collect(lua_State *L, struct multi *m) {
  CURLMsg *message;
  int left;
  int count = 0;
  roster_getuservalue(L, 1);
  while ((message = curl_multi_info_read(m->handle, &left)) != NULL) {
    struct transfer *t = NULL;
    int ref;
    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    ref = t->ref;
    settle(t, message->data.result);
    detach(t);
    luaL_unref(L, -1, ref);
    count++;
  }
  lua_pop(L, 1);
  return count;
}

/*
** multi:step(seconds) -> how many exchanges are still on their way. Moves
** bytes; waits for at most `seconds`, and not at all once one is settled.
*/
static int multi_step(lua_State *L) {
  struct multi *m = check_open(L, 1);
  double wait = luaL_optnumber(L, 2, 0);
  int running;
  curl_multi_perform(m->handle, &running);
  if (collect(L, m) == 0 && m->active_count > 0 && wait > 0) {
    curl_multi_poll(m->handle, NULL, 0, (int)milliseconds(wait), NULL);
    curl_multi_perform(m->handle, &running);
    collect(L, m);
  }
  lua_pushinteger(L, m->active_count);
  return 1;
}

/* Copies the string setting, if there is one. [-0, +0, e] */
static void read_setting(lua_State *L, const char *name, struct roster_buf *b) {
  const char *s;
  size_t n;
  lua_getfield(L, 1, name);
  s = lua_tolstring(L, -1, &n);
  if (s != NULL && !roster_buf_add(b, s, n))
    luaL_error(L, "%s is too long", name);
  lua_pop(L, 1);
}

/* curl.multi{ ca = file, proxy = url } -> multi. [-0, +1, e] */
static int multi_new(lua_State *L) {
  struct multi *m;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  m = (struct multi *)roster_newuserdata(L, sizeof(*m));
  memset(m, 0, sizeof(*m));
  roster_buf_init(&m->ca, MAX_SETTING);
  roster_buf_init(&m->proxy, MAX_SETTING);
  luaL_getmetatable(L, TYPE);
  lua_setmetatable(L, -2);
  lua_newtable(L);
  roster_setuservalue(L, -2);
  read_setting(L, "ca", &m->ca);
  read_setting(L, "proxy", &m->proxy);
  m->handle = curl_multi_init();
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

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started = CURLE_FAILED_INIT;

static void start(void) { started = curl_global_init(CURL_GLOBAL_DEFAULT); }

ROSTER_EXPORT int luaopen_roster_curl(lua_State *L);

/* [-0, +1, e] */
int luaopen_roster_curl(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"add", multi_add},   {"cancel", multi_cancel},
      {"step", multi_step}, {"close", multi_close},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {
      {"multi", multi_new}, {"sleep", curl_sleep}, {NULL, NULL}};
  roster_checkversion(L);
  /* several Lua states of one process may load this at the same time */
  pthread_once(&once, start);
  if (started != CURLE_OK)
    return luaL_error(L, "libcurl: %s", curl_easy_strerror(started));
  luaL_newmetatable(L, TYPE);
  lua_newtable(L);
  roster_setfuncs(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, multi_close);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, multi_close);
  lua_setfield(L, -2, "__close");
  lua_pop(L, 1);
  lua_newtable(L);
  roster_setfuncs(L, functions);
  lua_pushstring(L, curl_version());
  lua_setfield(L, -2, "version");
  return 1;
}
