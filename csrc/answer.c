/* What an answer says besides its value; the contract is in answer.h. */
#include "answer.h"
#include "auth.h"
#include "rate.h"
#include "redact.h"
#include "redact_find.h"
#include "secret_name.h"
#include "secrets.h"
#include "text.h"
#include "visible.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MAX_TEXT = 600, MAX_QUOTED = 64 * 1024, MAX_NAME = 128 };

void roster_answer_check(lua_State *L, const struct roster_buf *b) {
  if (b->error == ROSTER_BUF_NOMEM)
    luaL_error(L, "not enough memory");
}

/* Could the text hold the secret in another form than its own? */
static int may_be_quoted(const struct roster_buf *text, const char *secret,
                         size_t n) {
  return (memchr(text->data, '%', text->len) != NULL ||
          memchr(text->data, '&', text->len) != NULL ||
          memchr(text->data, '\\', text->len) != NULL) &&
         !roster_text_is_unreserved(secret, n);
}

/* A field's value: all of it, and what follows a scheme. */
static void scrub_value(struct roster_buf *b, const char *value) {
  const char *secret = strchr(value, ' ');
  size_t n = strlen(value);
  b->len = roster_auth_scrub(b->data, b->len, value, n);
  if (secret != NULL) {
    n -= (size_t)(++secret - value);
    b->len = roster_auth_scrub(b->data, b->len, secret, n);
    value = secret;
  }
  if (may_be_quoted(b, value, n))
    b->len = roster_secrets_strike(b->data, b->len, value, n);
}

/* A field that every request has, and that is no secret. */
static int is_ours(const char *line) {
  return strncmp(line, "Accept", 6) == 0 || strncmp(line, "Content-", 8) == 0 ||
         strncmp(line, "User-Agent:", 11) == 0;
}

/* Every call has the credential's, which need not be looked at. */
static int is_secret(const struct roster_response *r, const char *name,
                     size_t n) {
  const char *own = r->client->provider->auth_header;
  return (strlen(own) == n && memcmp(own, name, n) == 0) ||
         roster_secret_header(name, n);
}

/* The credential and other secret fields, as they went out. */
static void scrub_fields(const struct roster_response *r) {
  size_t at = 0;
  const char *line;
  while ((line = roster_exchange_field(r->exchange, &at)) != NULL) {
    const char *value = strchr(line, ':');
    if (value == NULL || is_ours(line) ||
        !is_secret(r, line, (size_t)(value - line)))
      continue;
    scrub_value(r->scratch, value + strspn(value, ": "));
  }
}

/* Has the call no row in the catalog? */
static int is_free(const struct roster_response *r) {
  return r->op->summary == NULL;
}

/*
** May the body hold a secret? The encoder has counted the members for which
** the catalog does not say that they are none; anything else, as a URL in a
** text, is looked for when there is an error to be shown.
*/
static int is_suspect(const struct roster_response *r) {
  const struct roster_exchange *x = r->exchange;
  return x->has_body && (r->encoder->suspects > 0 || is_free(r) ||
                         x->status < 200 || x->status > 299);
}

/* Returns 0 when memory ran out. */
static int collect(const struct roster_response *r) {
  const struct roster_exchange *x = r->exchange;
  struct roster_redact_as as = {r->op->body, r->op};
  int ok = 1;
  if (r->known->collected)
    return 1;
  if (is_free(r))
    ok = roster_redact(NULL, &r->known->found, roster_buf_text(&x->url),
                       x->url.len, as);
  if (ok && is_suspect(r))
    ok = roster_redact(NULL, &r->known->found, roster_buf_text(&x->body),
                       x->body.len, as);
  r->known->collected = ok;
  return ok;
}

void roster_answer_scrub(const struct roster_response *r) {
  struct roster_buf *b = r->scratch;
  if (b->len == 0)
    return;
  scrub_fields(r);
  if (collect(r) && !r->known->found.full)
    b->len = roster_found_scrub(&r->known->found, b->data, b->len);
  else
    roster_redact_hide(b);
  b->data[b->len] = '\0';
}

void roster_answer_redact(const struct roster_response *r) {
  roster_answer_scrub(r);
  roster_redact_buf(r->scratch, NULL, roster_redact_any);
}

/* A text that was decoded repeats the secret with U+FFFD in it. */
static void learn_repaired(const struct roster_response *r, const char *secret,
                           size_t n) {
  struct roster_buf repaired;
  if (roster_text_is_utf8(secret, n))
    return;
  roster_buf_init(&repaired, 3 * n);
  if (roster_text_repair(&repaired, secret, n))
    roster_found_add(&r->known->found, repaired.data, repaired.len);
  roster_buf_wipe(&repaired);
  roster_buf_free(&repaired);
}

/* Secret request headers may hold any bytes, unlike the rest of a request. */
static void learn_fields(const struct roster_response *r) {
  size_t at = 0;
  const char *line;
  while ((line = roster_exchange_field(r->exchange, &at)) != NULL) {
    const char *value = strchr(line, ':');
    if (value == NULL || !is_secret(r, line, (size_t)(value - line)))
      continue;
    value += strspn(value, ": ");
    learn_repaired(r, value, strlen(value));
  }
}

void roster_answer_learn(const struct roster_response *r) {
  enum { SHORTEST = 6, MOST = 64 };
  const struct roster_exchange *x = r->exchange;
  struct roster_found found;
  size_t n = x->answer.len < MAX_QUOTED ? x->answer.len : MAX_QUOTED;
  const char *secret;
  size_t at = 0;
  int i = 0;
  /* those of the request go out of other texts first */
  collect(r);
  learn_fields(r);
  roster_found_init(&found);
  roster_redact(NULL, &found, roster_buf_text(&x->answer), n,
                roster_redact_any);
  while ((secret = roster_found_next(&found, &at, &n)) != NULL) {
    /* in {"token":"expired"} there is a word that others use as well */
    if (n >= SHORTEST && roster_find_is_mixed(secret, n) && i++ < MOST) {
      roster_found_add(&r->known->found, secret, n);
      learn_repaired(r, secret, n);
    }
  }
  roster_found_free(&found);
}

/* Cuts the text, which need not be UTF-8, in the middle of no character. */
static void cut(struct roster_buf *b) {
  size_t n = MAX_TEXT;
  if (b->len <= MAX_TEXT)
    return;
  while (n > MAX_TEXT - 4 && ((unsigned char)b->data[n] & 0xC0) == 0x80)
    n--;
  b->len = n;
  b->data[n] = '\0';
}

/* Makes the text in the buffer, of MAX_TEXT at most, safe to show. */
static void make_visible(struct roster_buf *b) {
  char shown[4 * MAX_TEXT];
  size_t n;
  if (!roster_visible_changes(b->data, b->len, ROSTER_VISIBLE_MESSAGE))
    return;
  n = roster_visible_put(shown, b->data, b->len, ROSTER_VISIBLE_MESSAGE);
  roster_buf_wipe(b);
  roster_buf_add(b, shown, n);
}

/*
** Cleans what stands in the scratch buffer for a person's eyes: no secret, one
** line of valid UTF-8, nothing invisible, not endless.
*/
void roster_answer_clean(const struct roster_response *r) {
  struct roster_buf *b = r->scratch;
  if (b->len == 0)
    return;
  /* first: what is cut could not be recognised any more */
  roster_answer_redact(r);
  cut(b);
  make_visible(b);
  if (b->error != ROSTER_BUF_OK || b->len == 0)
    return;
  cut(b);
  while (b->len > 0 && (b->data[b->len - 1] == ' '))
    b->len--;
  b->data[b->len] = '\0';
}

/* How many bytes a secret takes at most, however each of them is quoted. */
static size_t longest_secret(const struct roster_response *r) {
  const struct roster_exchange *x = r->exchange;
  return 6 * (x->fields.len + (is_suspect(r) ? x->body.len : 0) +
              (is_free(r) ? x->url.len : 0));
}

/*
** Puts `s` into the scratch buffer. When that is cut, its end may be part of a
** secret, which could not be recognised: it goes, too. [-0, +0, m]
*/
static void take(lua_State *L, const struct roster_response *r, const char *s,
                 size_t n) {
  struct roster_buf *b = r->scratch;
  size_t unsure;
  roster_buf_wipe(b);
  roster_buf_add(b, s, n > MAX_QUOTED ? MAX_QUOTED : n);
  roster_answer_check(L, b);
  if (n <= MAX_QUOTED)
    return;
  roster_answer_scrub(r);
  roster_answer_check(L, b);
  unsure = longest_secret(r);
  b->len = b->len > unsure ? b->len - unsure : 0;
  b->data[b->len] = '\0';
  if (b->len == 0)
    roster_buf_adds(b, "***");
}

/* [-0, +1, m] */
void roster_answer_push_scrubbed(lua_State *L, const struct roster_response *r,
                                 const char *s, size_t n) {
  take(L, r, s, n);
  roster_answer_redact(r);
  roster_answer_check(L, r->scratch);
  lua_pushlstring(L, roster_buf_text(r->scratch), r->scratch->len);
}

/* Pushes `s` cleaned. [-0, +1, m] */
void roster_answer_push_clean(lua_State *L, const struct roster_response *r,
                              const char *s, size_t n) {
  take(L, r, s, n);
  roster_answer_clean(r);
  roster_answer_check(L, r->scratch);
  lua_pushlstring(L, roster_buf_text(r->scratch), r->scratch->len);
}

/* -------------------------------------------------------------------- meta */

static void set_number(lua_State *L, const char *key, double value) {
#if ROSTER_INTEGERS
  if (value == (double)(lua_Integer)value) {
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
    return;
  }
#endif
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

/* Pushes `name` in lower case; a longer one is cut. [-0, +1, m] */
static void push_lower(lua_State *L, const char *name) {
  char low[MAX_NAME];
  size_t i;
  for (i = 0; i < sizeof(low) && name[i] != '\0'; i++)
    low[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + 32) : name[i];
  lua_pushlstring(L, low, i);
}

/* "name: value"; lua_pushfstring takes three times as long. [-0, +1, m] */
static void push_line(lua_State *L, const char *name, const char *value,
                      size_t len) {
  char line[2 * MAX_NAME];
  size_t n = strlen(name);
  if (n >= sizeof(line) - 2 || len > sizeof(line) - 2 - n) {
    lua_pushfstring(L, "%s: %s", name, value);
    return;
  }
  memcpy(line, name, n);
  memcpy(line + n, ": ", 2);
  memcpy(line + n + 2, value, len);
  lua_pushlstring(L, line, n + 2 + len);
}

/* Is anything that was secret among the fields? */
static int quotes_secret(const struct roster_response *r) {
  const struct roster_buf *text = &r->exchange->headers.text;
  struct roster_buf *b = r->scratch;
  roster_buf_clear(b);
  roster_buf_add(b, roster_buf_text(text), text->len);
  roster_answer_scrub(r);
  return b->len != text->len ||
         memcmp(roster_buf_text(b), roster_buf_text(text), text->len) != 0;
}

/*
** headers[i] is the i-th field line as it came; headers["name"] the value,
** values of a repeated field joined with ", " (RFC 9110 5.3). A service may
** quote in them what it was sent, so secrets are masked. [-0, +1, m]
*/
static void push_headers(lua_State *L, const struct roster_response *r,
                         int is_error) {
  const struct roster_headers *h = &r->exchange->headers;
  const char *name;
  const char *value;
  size_t at = 0;
  int i = 0;
  int quoted = !is_error && quotes_secret(r);
  lua_createtable(L, (int)h->count, (int)h->count);
  while (roster_headers_next(h, &at, &name, &value)) {
    size_t len = strlen(value);
    if (quoted || is_error) {
      roster_buf_clear(r->scratch);
      roster_buf_add(r->scratch, value, len);
      if (is_error)
        roster_answer_redact(r);
      else
        roster_answer_scrub(r);
      roster_answer_check(L, r->scratch);
      value = roster_buf_text(r->scratch);
      len = r->scratch->len;
    }
    if (is_error && roster_secret_header(name, strlen(name))) {
      value = "***";
      len = strlen(value);
    }
    push_line(L, name, value, len);
    lua_rawseti(L, -2, ++i);
    push_lower(L, name);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushlstring(L, value, len);
    } else {
      lua_pushfstring(L, "%s, %s", lua_tostring(L, -1), value);
      lua_remove(L, -2);
    }
    lua_rawset(L, -3);
  }
}

/* Sets `rate` in the table at the top where the service told. [-0, +0, m] */
static void set_rate(lua_State *L, const struct roster_response *r) {
  struct roster_rate rate =
      roster_rate_read(r->client->provider, &r->exchange->headers);
  if (rate.limit < 0 && rate.remaining < 0 && rate.reset < 0)
    return;
  lua_createtable(L, 0, 3);
  if (rate.limit >= 0)
    set_number(L, "limit", rate.limit);
  if (rate.remaining >= 0)
    set_number(L, "remaining", rate.remaining);
  if (rate.reset >= 0)
    set_number(L, "reset", rate.reset);
  lua_setfield(L, -2, "rate");
}

void roster_answer_set_timings(lua_State *L, const struct roster_exchange *x) {
  if (x->total_time < 0)
    return;
  lua_createtable(L, 0, 3);
  if (x->connect_time >= 0)
    set_number(L, "connect", x->connect_time);
  if (x->first_byte_time >= 0)
    set_number(L, "first_byte", x->first_byte_time);
  set_number(L, "total", x->total_time);
  lua_setfield(L, -2, "timings");
}

const char *roster_answer_id(const struct roster_response *r) {
  const char *name = r->client->provider->request_id;
  return name == NULL ? NULL
                      : roster_headers_get(&r->exchange->headers, name, 0);
}

/* The request id of the header, into the table at the top. [-0, +0, m] */
void roster_answer_set_id(lua_State *L, const struct roster_response *r) {
  const char *id = roster_answer_id(r);
  if (id == NULL || id[0] == '\0')
    return;
  roster_answer_push_clean(L, r, id, strlen(id));
  lua_setfield(L, -2, "request_id");
}

/* What meta and detail have in common, into the table at the top. */
void roster_answer_set(lua_State *L, const struct roster_response *r,
                       int is_error) {
  struct roster_exchange *x = r->exchange;
  if (x->status == 0)
    return;
  set_number(L, "status", x->status);
  push_headers(L, r, is_error);
  lua_setfield(L, -2, "headers");
  roster_answer_set_id(L, r);
  set_rate(L, r);
  roster_answer_set_timings(L, x);
}

int roster_answer_is_plain_text(const struct roster_response *r) {
  const char *type =
      roster_headers_get(&r->exchange->headers, "Content-Type", 0);
  return type != NULL && strncasecmp(type, "text/plain", 10) == 0 &&
         strchr("; \t", type[10]) != NULL;
}
