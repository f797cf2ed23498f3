/* Names that secrets go by; the contract is in secret_name.h. */
#include "secret_name.h"

#include <string.h>
#include <strings.h>

enum { WORDS = 16, WORD = 32, JOINED = 64, LONGEST = 512 };

/* A name's last words in small letters, singular; of a long word its end. */
struct words {
  char word[WORDS][WORD];
  size_t len[WORDS];
  int n;
  char joined[JOINED]; /* all letters; "" if there are too many */
};

static int is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/* A byte above ASCII is part of some letter. */
static int is_lower(char c) {
  return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static int is_letter(char c) { return is_upper(c) || is_lower(c); }

static char lower(char c) { return is_upper(c) ? (char)(c + 32) : c; }

static void add_letter(struct words *w, char c) {
  char *word = w->word[w->n - 1];
  size_t *len = &w->len[w->n - 1];
  if (*len == WORD - 1) {
    memmove(word, word + 1, WORD - 2);
    --*len;
  }
  word[(*len)++] = lower(c);
  word[*len] = '\0';
}

static void begin_word(struct words *w) {
  if (w->n == WORDS) {
    memmove(w->word[0], w->word[1], sizeof w->word[0] * (WORDS - 1));
    memmove(w->len, w->len + 1, sizeof w->len[0] * (WORDS - 1));
    w->n--;
  }
  w->len[w->n] = 0;
  w->word[w->n++][0] = '\0';
}

/* "tokens" is "token"; "pass", "status" and "ssws" are what they are. */
static void make_singular(char *word, size_t *len) {
  if (strcmp(word, "ids") == 0 || (*len > 3 && word[*len - 1] == 's' &&
                                   strchr("suiw", word[*len - 2]) == NULL))
    word[--*len] = '\0';
}

/* Is it the "s" of "JWTs"? */
static int is_plural(const char *rest, size_t n) {
  return *rest == 's' && (n == 1 || !is_lower(rest[1]));
}

static void split(struct words *w, const char *name, size_t n) {
  size_t joined = 0;
  size_t i;
  int k;
  w->n = 0;
  if (n > LONGEST) {
    name += n - LONGEST;
    n = LONGEST;
  }
  for (i = 0; i < n; i++) {
    char c = name[i];
    char before = i > 0 ? name[i - 1] : '\0';
    if (!is_letter(c))
      continue;
    if (!is_letter(before) || (is_upper(c) && is_lower(before)) ||
        (is_upper(c) && is_upper(before) && i + 1 < n &&
         is_lower(name[i + 1]) && !is_plural(name + i + 1, n - i - 1)))
      begin_word(w);
    add_letter(w, c);
    if (joined < JOINED)
      w->joined[joined++] = lower(c);
  }
  w->joined[joined < JOINED ? joined : 0] = '\0';
  for (k = 0; k < w->n; k++)
    make_singular(w->word[k], &w->len[k]);
}

static int is_one_of(const char *word, const char *const *list) {
  for (; *list != NULL; list++) {
    if (**list == *word && strcmp(word, *list) == 0)
      return 1;
  }
  return 0;
}

static int ends_with_one_of(const char *word, size_t len,
                            const char *const *list) {
  char last = len > 0 ? word[len - 1] : '\0';
  /* each has at least three letters, and the last of them tells most apart */
  if (len < 3 || strchr("dnetyl", last) == NULL)
    return 0;
  for (; *list != NULL; list++) {
    size_t n = strlen(*list);
    if (n <= len && (*list)[n - 1] == last &&
        memcmp(word + len - n, *list, n) == 0)
      return 1;
  }
  return 0;
}

/* The word before the last `back` ones, or "". */
static const char *word(const struct words *w, int back) {
  return w->n > back ? w->word[w->n - 1 - back] : "";
}

/* A word that ends so is secret without other words. */
static const char *const endings[] = {"password",      "passwd",
                                      "passphrase",    "passcode",
                                      "pwd",           "secret",
                                      "token",         "apikey",
                                      "privatekey",    "secretkey",
                                      "accesskey",     "signingkey",
                                      "masterkey",     "encryptionkey",
                                      "sharedkey",     "authkey",
                                      "cookie",        "jwt",
                                      "assertion",     "sessionid",
                                      "sessionkey",    "sessid",
                                      "authorization", "samlresponse",
                                      "sessionhandle", NULL};

/* A word that is secret whole, but not as the end of another ("opinion"). */
static const char *const whole[] = {"pass",
                                    "passkey",
                                    "otp",
                                    "totp",
                                    "hotp",
                                    "pin",
                                    "salt",
                                    "answer",
                                    "ssws",
                                    "csrf",
                                    "xsrf",
                                    "userpass",
                                    "usrpass",
                                    "dbpass",
                                    "smtppass",
                                    "mypass",
                                    "adminpass",
                                    "rootpass",
                                    "ftppass",
                                    "mailpass",
                                    "newpass",
                                    "oldpass",
                                    "ldappass",
                                    "proxypass",
                                    "keypass",
                                    "storepass",
                                    "loginpass",
                                    "userpin",
                                    "smsotp",
                                    "emailotp",
                                    "otpcode",
                                    "pincode",
                                    "mfacode",
                                    "smscode",
                                    "authcode",
                                    "verificationcode",
                                    "recoverycode",
                                    "backupcode",
                                    "codeverifier",
                                    "totpseed",
                                    "otpseed",
                                    "passwordhash",
                                    "passwdhash",
                                    "pwdhash",
                                    "passwordsalt",
                                    "tokenvalue",
                                    "hashvalue",
                                    "passwordvalue",
                                    "secretvalue",
                                    "passwordnew",
                                    "passwordold",
                                    "passwordconfirm",
                                    "passwordconfirmation",
                                    "securityanswer",
                                    "recoveryanswer",
                                    "devicecode",
                                    NULL};

/* ... and one that is secret alone only. */
static const char *const alone[] = {"sid", "hash",      "bearer", "auth",
                                    "sig", "signature", NULL};

/* They tell in what form the secret before them is. */
static const char *const forms[] = {
    "value",        "text",      "string",    "str",
    "plain",        "plaintext", "clear",     "cleartext",
    "raw",          "data",      "new",       "old",
    "current",      "previous",  "prev",      "again",
    "repeat",       "repeated",  "retype",    "confirm",
    "confirmation", "verify",    "hash",      "hashed",
    "digest",       "encoded",   "encrypted", "cipher",
    "ciphertext",   "base",      "hex",       "pem",
    "der",          "b",         "bcrypt",    "sha",
    "md",           "enc",       "primary",   "secondary",
    "temp",         "temporary", "initial",   "backup",
    "jwk",          NULL};

/* A name that begins so counts or asks: "hasPassword", "max_tokens". */
static const char *const asking[] = {
    "is",     "has",   "min",     "max",     "minimum",  "maximum",   "num",
    "number", "count", "total",   "require", "required", "allow",     "allowed",
    "use",    "no",    "without", "need",    "support",  "supported", NULL};

/* Words that tell of the secret whose object holds them. */
static const char *const about[] = {
    "type",    "kind",      "status",      "state",    "algorithm",
    "alg",     "id",        "name",        "order",    "factor",
    "round",   "iteration", "provider",    "created",  "changed",
    "updated", "modified",  "expire",      "expires",  "expiration",
    "expiry",  "expired",   "at",          "by",       "date",
    "time",    "timestamp", "ttl",         "lifetime", "method",
    "format",  "scheme",    "href",        "rel",      "url",
    "uri",     "link",      "version",     "policy",   "question",
    "label",   "title",     "description", "hint",     "use",
    "usage",   "kty",       "kid",         "crv",      "e",
    "n",       "x",         "y",           "count",    "length",
    "size",    "encoding",  "scope",       "sub",      "iss",
    "aud",     "issuer",    "subject",     "audience", "client",
    "user",    "email",     "login",       "username", "path",
    "domain",  "role",      "source",      "enabled",  "required",
    "valid",   "reason",    "message",     "mode",     "category",
    "last",    "op",        "schema",      NULL};

/* Two words that are secret together, the second one last. */
static const char *const before_key[] = {"api",      "private",
                                         "access",   "secret",
                                         "signing",  "encryption",
                                         "master",   "shared",
                                         "auth",     "authentication",
                                         "session",  "subscription",
                                         "function", "pas",
                                         "pass",     "storage",
                                         NULL};

static const char *const before_code[] = {
    "auth",         "authorization", "authentication",
    "verification", "activation",    "recovery",
    "backup",       "mfa",           "otp",
    "totp",         "sms",           "access",
    "reset",        "device",        "pin",
    "login",        "confirmation",  "time",
    "factor",       "invitation",    "pass",
    "passcode",     "scratch",       NULL};

static const char *const before_seed[] = {"totp",   "otp", "hotp", "token",
                                          "secret", "mfa", "key",  NULL};

static const char *const before_pass[] = {
    "by",     "boarding", "season", "first", "second", "one",  "two",
    "single", "multi",    "high",   "low",   "all",    "band", NULL};

static const char *const before_signature[] = {
    "x",   "hmac", "request", "webhook", "amz",   "hub",
    "jwt", "url",  "okta",    "payload", "event", NULL};

static const char *const before_auth[] = {"basic",  "proxy", "http",
                                          "digest", "x",     NULL};

static const char *const before_sid[] = {"session", "connect", "cookie",
                                         "auth",    "php",     NULL};

/* Tokens that say where a list goes on open nothing. */
static const char *const before_token[] = {"page",   "continuation", "sync",
                                           "cursor", "next",         NULL};
static const char *const page_tokens[] = {"pagetoken", "continuationtoken",
                                          "synctoken", "nexttoken", NULL};

static int is_pair(const struct words *w) {
  const char *last = word(w, 0);
  const char *prev = word(w, 1);
  if (strcmp(last, "key") == 0)
    return is_one_of(prev, before_key);
  if (strcmp(last, "code") == 0)
    return is_one_of(prev, before_code);
  if (strcmp(last, "seed") == 0)
    return is_one_of(prev, before_seed);
  if (strcmp(last, "signature") == 0 || strcmp(last, "sig") == 0)
    return is_one_of(prev, before_signature);
  if (strcmp(last, "auth") == 0)
    return is_one_of(prev, before_auth);
  if (strcmp(last, "sid") == 0)
    return is_one_of(prev, before_sid);
  if (strcmp(prev, "session") == 0)
    return strcmp(last, "id") == 0 || strcmp(last, "handle") == 0;
  if (strcmp(prev, "pass") == 0)
    return strcmp(last, "word") == 0 || strcmp(last, "phrase") == 0;
  if (strcmp(last, "verifier") == 0)
    return strcmp(prev, "code") == 0;
  if (strcmp(last, "header") == 0)
    return strcmp(prev, "authorization") == 0 || strcmp(prev, "cookie") == 0;
  if (strcmp(last, "response") == 0)
    return strcmp(prev, "saml") == 0;
  if (strcmp(last, "hint") == 0)
    return strcmp(prev, "token") == 0 && strcmp(word(w, 2), "id") == 0;
  return 0;
}

static int is_secret(const struct words *w) {
  const char *last = word(w, 0);
  size_t len = w->n > 0 ? w->len[w->n - 1] : 0;
  size_t joined = strlen(w->joined);
  if (strcmp(last, "token") == 0 && is_one_of(word(w, 1), before_token))
    return 0;
  if (strcmp(last, "pass") == 0 && is_one_of(word(w, 1), before_pass))
    return 0;
  if (ends_with_one_of(last, len, page_tokens))
    return 0;
  return ends_with_one_of(last, len, endings) || is_one_of(last, whole) ||
         (w->n == 1 && is_one_of(last, alone)) || is_pair(w) ||
         /* capitals that follow no rule: "pAsSwOrD" */
         ends_with_one_of(w->joined, joined, endings);
}

/* "resetPasswordUrl": opening it does what it says, without a log-in. */
static int is_link(const struct words *w) {
  static const char *const urls[] = {"url", "uri", "link", NULL};
  static const char *const what[] = {
      "reset",  "activation", "activate", "recovery",     "recover", "magic",
      "invite", "invitation", "verify",   "verification", "unlock",  NULL};
  int i;
  if (!is_one_of(word(w, 0), urls))
    return 0;
  for (i = 1; i < w->n; i++) {
    if (is_one_of(word(w, i), what))
      return 1;
  }
  return 0;
}

enum roster_name roster_secret_name(const char *name, size_t n) {
  struct words w;
  int one;
  split(&w, name, n);
  one = w.n == 1;
  if (one && strcmp(word(&w, 0), "code") == 0)
    return ROSTER_NAME_CODE;
  if (one &&
      (strcmp(word(&w, 0), "value") == 0 || strcmp(word(&w, 0), "val") == 0))
    return ROSTER_NAME_VALUE;
  if (w.n > 1 && is_one_of(w.word[0], asking))
    return ROSTER_NAME_PLAIN;
  if (is_link(&w))
    return ROSTER_NAME_LINK;
  if (strcmp(word(&w, 0), "value") == 0 && strcmp(word(&w, 1), "hash") == 0)
    return ROSTER_NAME_SECRET;
  while (w.n > 1 && is_one_of(word(&w, 0), forms))
    w.n--;
  if (is_secret(&w))
    return ROSTER_NAME_SECRET;
  if (w.n > 0 && ends_with_one_of(word(&w, 0), w.len[w.n - 1],
                                  (const char *const[]){"credential", NULL}))
    return ROSTER_NAME_CREDENTIAL;
  return is_one_of(word(&w, 0), about) ? ROSTER_NAME_ABOUT : ROSTER_NAME_PLAIN;
}

int roster_secret_header(const char *name, size_t n) {
  struct words w;
  enum roster_name kind = roster_secret_name(name, n);
  if (kind == ROSTER_NAME_SECRET || kind == ROSTER_NAME_CREDENTIAL)
    return 1;
  split(&w, name, n);
  return strcmp(word(&w, 0), "auth") == 0 || strcmp(w.joined, "dpop") == 0;
}

int roster_secret_is_header_name(const char *name, size_t n) {
  return (n == 13 && strncasecmp(name, "authorization", n) == 0) ||
         (n == 6 && strncasecmp(name, "cookie", n) == 0) ||
         (memchr(name, '-', n) != NULL && roster_secret_header(name, n));
}

int roster_secret_segment(const char *segment, size_t n) {
  static const char *const announcing[] = {
      "welcome",      "reset",   "activate",      "activation",    "recover",
      "recovery",     "invite",  "invitation",    "magic",         "verify",
      "verification", "confirm", "confirmation",  "unlock",        "token",
      "otp",          "secret",  "resetpassword", "passwordreset", NULL};
  struct words w;
  int i;
  /* "tokens" is a collection, whose items have ids */
  if (n > 0 && (segment[n - 1] == 's' || segment[n - 1] == 'S'))
    return 0;
  split(&w, segment, n);
  for (i = 0; i < w.n; i++) {
    if (is_one_of(w.word[i], announcing))
      return 1;
  }
  return 0;
}
