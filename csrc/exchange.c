/* One request and its answer as bytes; the contract is in exchange.h. */
#include "exchange.h"

#include <stdio.h>
#include <string.h>

enum {
  MAX_URL = 64 * 1024,
  MAX_FIELDS = 256 * 1024,
  MAX_BODY = 64 * 1024 * 1024,
  MAX_EXPECTED = 1024 * 1024 /* more is believed when it has come */
};

void roster_exchange_init(struct roster_exchange *x, size_t max_answer,
                          char *reason) {
  memset(x, 0, sizeof(*x));
  x->reason = reason;
  x->size = sizeof(*x);
  x->method = "GET";
  roster_buf_init(&x->url, MAX_URL);
  roster_buf_init(&x->fields, MAX_FIELDS);
  roster_buf_init(&x->body, MAX_BODY);
  roster_headers_init(&x->headers, MAX_FIELDS);
  roster_buf_init(&x->answer, max_answer);
  roster_exchange_rewind(x);
}

void roster_exchange_rewind(struct roster_exchange *x) {
  x->outcome = ROSTER_PENDING;
  x->loss = ROSTER_LOSS_NONE;
  x->sent = 0;
  x->headed = 0;
  x->status = 0;
  roster_headers_clear(&x->headers);
  roster_buf_wipe(&x->answer);
  x->connect_time = -1;
  x->first_byte_time = -1;
  x->total_time = -1;
  if (x->reason != NULL)
    x->reason[0] = '\0';
}

void roster_exchange_status(struct roster_exchange *x, int status) {
  x->headed = 0;
  x->status = status;
  roster_headers_clear(&x->headers);
}

void roster_exchange_expect(struct roster_exchange *x, double n) {
  if (n > 0)
    roster_buf_reserve(&x->answer,
                       n < MAX_EXPECTED ? (size_t)n : (size_t)MAX_EXPECTED);
}

void roster_exchange_lose(struct roster_exchange *x, enum roster_loss loss,
                          const char *reason) {
  x->outcome = ROSTER_LOST;
  if (x->loss != ROSTER_LOSS_NONE)
    return;
  x->loss = loss;
  if (x->reason != NULL)
    snprintf(x->reason, ROSTER_REASON, "%s", reason);
}

void roster_exchange_overflow(struct roster_exchange *x,
                              const struct roster_buf *b, const char *what) {
  char reason[128];
  if (b->error == ROSTER_BUF_NOMEM)
    snprintf(reason, sizeof(reason), "out of memory for the %s", what);
  else
    snprintf(reason, sizeof(reason), "the %s is larger than %lu bytes%s", what,
             (unsigned long)b->max,
             b == &x->answer ? ": set max_response to allow more" : "");
  roster_exchange_lose(x, ROSTER_LOSS_PROTOCOL, reason);
}

void roster_spare_init(struct roster_spare *s, size_t most) {
  roster_buf_init(&s->url, most);
  roster_buf_init(&s->fields, most);
  roster_buf_init(&s->headers, most);
  roster_buf_init(&s->answer, most);
  roster_buf_init(&s->scratch, most);
}

void roster_spare_close(struct roster_spare *s) {
  roster_buf_free(&s->url);
  roster_buf_free(&s->fields);
  roster_buf_free(&s->headers);
  roster_buf_free(&s->answer);
  roster_buf_free(&s->scratch);
  roster_spare_init(s, 0);
}

void roster_exchange_take(struct roster_exchange *x,
                          struct roster_spare *from) {
  roster_buf_give(&from->url, &x->url);
  roster_buf_give(&from->fields, &x->fields);
  roster_buf_give(&from->headers, &x->headers.text);
  roster_buf_give(&from->answer, &x->answer);
}

static void detach(struct roster_exchange *x) {
  if (x->abandon != NULL)
    x->abandon(x);
  x->abandon = NULL;
  x->transport = NULL;
}

void roster_exchange_close(struct roster_exchange *x) {
  detach(x);
  roster_buf_free(&x->url);
  roster_buf_free(&x->fields);
  roster_buf_free(&x->body);
  roster_headers_free(&x->headers);
  roster_buf_free(&x->answer);
}

void roster_exchange_leave(struct roster_exchange *x, struct roster_spare *to) {
  detach(x);
  roster_buf_give(&x->url, &to->url);
  roster_buf_give(&x->fields, &to->fields);
  roster_buf_give(&x->headers.text, &to->headers);
  roster_buf_give(&x->answer, &to->answer);
  roster_exchange_close(x);
}

const char *roster_exchange_field(const struct roster_exchange *x, size_t *at) {
  const char *line;
  if (*at >= x->fields.len)
    return NULL;
  line = x->fields.data + *at;
  *at += strlen(line) + 1;
  return line;
}

int roster_exchange_sends_body(const struct roster_exchange *x) {
  return x->has_body || strcmp(x->method, "POST") == 0 ||
         strcmp(x->method, "PUT") == 0 || strcmp(x->method, "PATCH") == 0;
}
