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
