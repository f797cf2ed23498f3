/* Secrets in a form; the contract is in form.h. */
#include "form.h"
#include "secrets.h"

#include <string.h>

static int is_secret(const char *name, size_t n) {
  static const char *const names[] = {"client_assertion", "client_secret",
                                      "password", "refresh_token", NULL};
  const char *const *p;
  for (p = names; *p != NULL; p++) {
    if (strlen(*p) == n && memcmp(*p, name, n) == 0)
      return 1;
  }
  return 0;
}

static int hex(char c) { return c <= '9' ? c - '0' : (c & 0x0F) + 9; }

/* Appends what was encoded here: every % has two digits behind it. */
static void decode(struct roster_buf *to, const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n; i++) {
    char c = s[i];
    if (c == '%' && n - i >= 3) {
      c = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
      i += 2;
    }
    roster_buf_addc(to, c);
  }
}

size_t roster_form_scrub(const struct roster_buf *form, char *text,
                         size_t len) {
  const char *p = form->data;
  const char *end = form->data + form->len;
  struct roster_buf bare;
  if (form->len == 0)
    return len;
  roster_buf_init(&bare, form->len);
  if (roster_buf_room(&bare, form->len) == NULL)
    return 0;
  while (p < end) {
    const char *equals = (const char *)memchr(p, '=', (size_t)(end - p));
    const char *stop = (const char *)memchr(p, '&', (size_t)(end - p));
    if (stop == NULL)
      stop = end;
    if (equals != NULL && equals < stop && is_secret(p, (size_t)(equals - p))) {
      const char *value = equals + 1;
      roster_buf_wipe(&bare);
      decode(&bare, value, (size_t)(stop - value));
      len = roster_secrets_strike(text, len, bare.data, bare.len);
      len = roster_secrets_strike(text, len, value, (size_t)(stop - value));
    }
    p = stop + 1;
  }
  roster_buf_wipe(&bare);
  roster_buf_free(&bare);
  return len;
}
