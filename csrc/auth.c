/* Credentials; the contract is in auth.h. */
#include "auth.h"
#include "text.h"

#include <string.h>
#include <strings.h>

enum { SHORTEST_SCRUBBED = 4 };

const char *roster_auth_fault(const char *scheme, const char *secret,
                              size_t n) {
  const char *fault = roster_text_value_fault(secret, n);
  size_t i;
  size_t prefix = strlen(scheme);
  if (n == 0)
    return "is empty";
  if (fault != NULL)
    return fault;
  for (i = 0; i < n; i++) {
    if ((unsigned char)secret[i] <= 0x20 || (unsigned char)secret[i] >= 0x7F)
      break;
  }
  if (n > 1 && secret[0] == secret[n - 1] && strchr("\"'`", secret[0]) != NULL)
    return "has quotes around it: leave them out";
  if (prefix > 0 && n >= prefix && strncasecmp(secret, scheme, prefix) == 0)
    return "must be given bare: the scheme word is added when it is sent";
  if (i < n)
    return "holds a space or a character that no token has";
  return NULL;
}

int roster_auth_line(struct roster_buf *to, const char *header,
                     const char *prefix, const char *secret, size_t n) {
  roster_buf_adds(to, header);
  roster_buf_adds(to, ": ");
  roster_buf_adds(to, prefix);
  roster_buf_add(to, secret, n);
  return roster_buf_addc(to, '\0');
}

/* Where `secret` begins in the text, or its length. */
static size_t find(const char *text, size_t text_len, const char *secret,
                   size_t n) {
  size_t at = 0;
  while (n <= text_len - at) {
    const char *first =
        (const char *)memchr(text + at, secret[0], text_len - at - n + 1);
    if (first == NULL)
      break;
    at = (size_t)(first - text);
    if (memcmp(first, secret, n) == 0)
      return at;
    at++;
  }
  return text_len;
}

size_t roster_auth_scrub(char *text, size_t text_len, const char *secret,
                         size_t n) {
  static const char mask[] = "***";
  size_t from = 0;
  size_t to = 0;
  if (n < SHORTEST_SCRUBBED)
    return text_len;
  while (from < text_len) {
    size_t plain = find(text + from, text_len - from, secret, n);
    if (to < from)
      memmove(text + to, text + from, plain);
    to += plain;
    from += plain;
    if (from < text_len) {
      memcpy(text + to, mask, sizeof(mask) - 1);
      to += sizeof(mask) - 1;
      from += n;
    }
  }
  return to;
}
