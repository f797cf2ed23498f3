/* Credentials; the contract is in auth.h. */
#include "auth.h"
#include "text.h"

#include <string.h>
#include <strings.h>

enum { SHORTEST_SCRUBBED = 4 };

const char *roster_auth_fault(const struct roster_provider *provider,
                              const char *secret, size_t n) {
  const char *fault = roster_text_value_fault(secret, n);
  size_t i;
  size_t prefix = strlen(provider->auth_prefix);
  if (n == 0)
    return "is empty";
  if (fault != NULL)
    return fault;
  for (i = 0; i < n; i++) {
    if ((unsigned char)secret[i] <= 0x20 || (unsigned char)secret[i] >= 0x7F)
      break;
  }
  if (prefix > 0 && n >= prefix &&
      strncasecmp(secret, provider->auth_prefix, prefix) == 0)
    return "must be given bare: the scheme word is added when it is sent";
  if (i < n)
    return "holds a space or a character that no token has";
  return NULL;
}

int roster_auth_line(struct roster_buf *to,
                     const struct roster_provider *provider, const char *secret,
                     size_t n) {
  roster_buf_adds(to, provider->auth_header);
  roster_buf_adds(to, ": ");
  roster_buf_adds(to, provider->auth_prefix);
  roster_buf_add(to, secret, n);
  return roster_buf_addc(to, '\0');
}

static int contains(const char *name, size_t n, const char *word) {
  size_t len = strlen(word);
  size_t i;
  for (i = 0; i + len <= n; i++) {
    if (strncasecmp(name + i, word, len) == 0)
      return 1;
  }
  return 0;
}

int roster_auth_is_secret_header(const char *name, size_t n) {
  static const char *const words[] = {"auth",     "cookie",  "token", "secret",
                                      "password", "api-key", "dpop",  NULL};
  const char *const *w;
  for (w = words; *w != NULL; w++) {
    if (contains(name, n, *w))
      return 1;
  }
  return 0;
}

size_t roster_auth_scrub(char *text, size_t text_len, const char *secret,
                         size_t n) {
  static const char mask[] = "***";
  size_t from = 0;
  size_t to = 0;
  if (n < SHORTEST_SCRUBBED)
    return text_len;
  while (from < text_len) {
    if (n <= text_len - from && memcmp(text + from, secret, n) == 0) {
      memcpy(text + to, mask, sizeof(mask) - 1);
      to += sizeof(mask) - 1;
      from += n;
    } else {
      text[to++] = text[from++];
    }
  }
  return to;
}
