/* Why a request was not built; the contract is in refusal.h. */
#include "refusal.h"

#include <stdarg.h>
#include <stdio.h>

int roster_refuse(struct roster_refusal *r, int misuse, const char *fmt, ...) {
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  r->misuse = misuse;
  roster_buf_clear(&r->text);
  roster_buf_adds(&r->text, text);
  return 0;
}

const char *roster_refusal_text(const struct roster_refusal *r) {
  return r->text.error == ROSTER_BUF_NOMEM ? "out of memory"
                                           : roster_buf_text(&r->text);
}
