/* Why a request was not built; the contract is in refusal.h. */
#include "refusal.h"
#include "visible.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int roster_refuse(struct roster_refusal *r, int misuse, const char *fmt, ...) {
  char text[512];
  char shown[4 * sizeof(text)];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof(text), fmt, ap);
  va_end(ap);
  r->misuse = misuse;
  roster_buf_clear(&r->text);
  /* it quotes the caller's values, and may have cut one */
  roster_buf_add(
      &r->text, shown,
      roster_visible_put(shown, text, strlen(text), ROSTER_VISIBLE_MESSAGE));
  return 0;
}

const char *roster_refusal_text(const struct roster_refusal *r) {
  return r->text.error == ROSTER_BUF_NOMEM ? "out of memory"
                                           : roster_buf_text(&r->text);
}
