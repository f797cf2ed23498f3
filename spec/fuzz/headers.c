/*
** Header fields and the Link header among them: what was put in comes out,
** and a link is found exactly where an independent reading has it.
*/
#include "headers.h"
#include "catalog.h"
#include "fuzz.h"
#include "policy.h"
#include "rate.h"
#include "text.h"

#include <string.h>

enum { MOST = 8192 };

/* Lines as they come, one after the other. */
static void read_lines(const char *s, size_t n) {
  struct roster_headers h;
  const struct roster_provider *const *p;
  const char *name;
  const char *value;
  size_t at = 0;
  size_t count = 0;
  roster_headers_init(&h, MOST);
  while (n > 0) {
    const char *end = (const char *)memchr(s, '\n', n);
    size_t len = end == NULL ? n : (size_t)(end - s) + 1;
    size_t before = h.count;
    int added = roster_headers_line(&h, s, len);
    MUST(added == (h.text.error == ROSTER_BUF_OK));
    MUST(h.count <= before + 1);
    s += len;
    n -= len;
  }
  MUST(h.text.len <= MOST);
  while (roster_headers_next(&h, &at, &name, &value)) {
    const char *target;
    size_t len;
    size_t nth = 0;
    const char *found;
    count++;
    while ((found = roster_headers_get(&h, name, nth)) != NULL &&
           found != value)
      nth++;
    MUST(found == value);
    len = strlen(value);
    MUST(value[0] != ' ' && value[0] != '\t');
    MUST(len == 0 || (value[len - 1] != ' ' && value[len - 1] != '\t'));
    switch (roster_link_find(value, strlen(value), "next", &target, &len)) {
    case 1:
      MUST(target > value && target[-1] == '<' && target[len] == '>');
      MUST(target + len < value + strlen(value));
      MUST(memchr(target, '>', len) == NULL);
      break;
    case 0:
    case -1:
      break;
    default:
      MUST(0);
    }
    MUST(roster_rate_date(value) == -1 || roster_rate_date(value) >= 0);
  }
  MUST(count == h.count && at == h.text.len);
  for (p = roster_providers; *p != NULL; p++) {
    struct roster_rate r = roster_rate_read(*p, &h);
    MUST(r.limit == -1 || (r.limit >= 0 && r.limit < 1e15));
    MUST(r.remaining == -1 || (r.remaining >= 0 && r.remaining < 1e15));
    MUST(r.reset == -1 || (r.reset >= 0 && r.reset < 1e15));
    MUST(r.date >= -1 && r.retry_date >= -1 && r.retry_after >= -1);
  }
  roster_headers_free(&h);
}

/* A name and a value come back, without the blanks around them. */
static void add_one(struct choices *c) {
  struct roster_headers h;
  char name[16];
  size_t n;
  size_t len;
  const char *value;
  const char *got;
  const char *s = take(c, sizeof name - 1, &n);
  memcpy(name, s, n);
  name[n] = '\0';
  if (!roster_text_is_token(name, n))
    return;
  value = take(c, 64, &len);
  roster_headers_init(&h, MOST);
  MUST(roster_headers_add(&h, name, value, len));
  got = roster_headers_get(&h, name, 0);
  MUST(got != NULL && roster_headers_get(&h, name, 1) == NULL);
  while (len > 0 && (value[0] == ' ' || value[0] == '\t')) {
    value++;
    len--;
  }
  if (memchr(value, '\0', len) == NULL) {
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
      len--;
    MUST(strlen(got) == len && memcmp(got, value, len) == 0);
  }
  roster_headers_free(&h);
}

static void add_text(struct roster_buf *b, struct choices *c,
                     const char *without) {
  size_t n = choose(c, 6);
  for (; n > 0; n--) {
    char byte = (char)(0x20 + choose(c, 0x5F));
    if (strchr(without, byte) == NULL)
      roster_buf_addc(b, byte);
  }
}

static void add_blank(struct roster_buf *b, struct choices *c) {
  static const char *const blanks[] = {"", " ", "\t", "  "};
  roster_buf_adds(b, blanks[choose(c, 4)]);
}

/* One parameter that has nothing to do with the relation. */
static void add_noise(struct roster_buf *b, struct choices *c) {
  static const char *const names[] = {"title", "x", "relx", "type*", "re"};
  roster_buf_adds(b, ";");
  add_blank(b, c);
  roster_buf_adds(b, names[choose(c, 5)]);
  if (choose(c, 3) == 0)
    return;
  add_blank(b, c);
  roster_buf_adds(b, "=");
  add_blank(b, c);
  roster_buf_adds(b, "\"");
  add_text(b, c, "\"\\");
  if (choose(c, 2) != 0)
    roster_buf_adds(b, "\\\"; rel=next, <x>; rel=\\\"next\\\"");
  roster_buf_adds(b, "\"");
}

/* A well-formed list of links, of which the first that counts is known. */
static void find_known(struct choices *c) {
  static const char *const rels[] = {
      "; rel=next",          ";rel=\"next\"",     "; REL = \"prev NEXT\"",
      ";\trel=\"next\tx\"",  "; rel=self",        "; rel=\"nextt\"",
      "; rel=self;rel=next", "; rel=next;rel=up", ""};
  static const int counts[] = {1, 1, 1, 1, 0, 0, 0, 1, 0};
  struct roster_buf b;
  size_t wanted = 0;
  size_t wanted_len = 0;
  int known = 0;
  unsigned links = 1 + choose(c, 4);
  const char *target;
  size_t n;
  roster_buf_init(&b, MOST);
  for (; links > 0; links--) {
    unsigned rel = choose(c, 9);
    int anchored = choose(c, 4) == 0;
    size_t start;
    size_t len;
    add_blank(&b, c);
    roster_buf_adds(&b, "<");
    start = b.len;
    add_text(&b, c, ">");
    len = b.len - start;
    roster_buf_adds(&b, ">");
    add_blank(&b, c);
    if (choose(c, 2) != 0)
      add_noise(&b, c);
    if (anchored && choose(c, 2) != 0)
      roster_buf_adds(&b, "; anchor=\"/a,b\"");
    else
      anchored = 0;
    roster_buf_adds(&b, rels[rel]);
    if (choose(c, 2) != 0)
      add_noise(&b, c);
    if (!known && counts[rel] && !anchored) {
      known = 1;
      wanted = start;
      wanted_len = len;
    }
    add_blank(&b, c);
    if (links > 1)
      roster_buf_adds(&b, choose(c, 2) != 0 ? "," : ",,");
  }
  MUST(b.error == ROSTER_BUF_OK);
  MUST(roster_link_find(b.data, b.len, "next", &target, &n) == known);
  if (known)
    MUST(target == b.data + wanted && n == wanted_len);
  roster_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct choices c;
  c.at = data;
  c.end = data + size;
  read_lines((const char *)data, size);
  add_one(&c);
  c.at = data;
  find_known(&c);
  return 0;
}
