/*
** The redactor: any text is taken, JSON stays JSON, and what stands in a
** member of a secret's name is never shown, whatever is beside it.
*/
#include "redact.h"
#include "decode.h"
#include "fuzz.h"
#include "json.h"

#include <string.h>

enum { MOST = 1 << 20 };

static const char SECRET[] = "CANARY-5512";

static int holds(const char *text, size_t len, const char *word) {
  size_t n = strlen(word);
  size_t i;
  for (i = 0; i + n <= len; i++) {
    if (memcmp(text + i, word, n) == 0)
      return 1;
  }
  return 0;
}

static int is_json(const char *text, size_t n) {
  struct roster_json in;
  struct roster_fault fault;
  struct roster_buf scratch;
  int ok;
  roster_buf_init(&scratch, MOST);
  roster_json_init(&in, text, n, ROSTER_ANY_NUMBER, &fault);
  ok = roster_json_skip(&in, &scratch, 0);
  roster_json_space(&in);
  ok = ok && in.at == in.end;
  roster_buf_free(&scratch);
  return ok;
}

/* Any text at all. */
static void try_text(const char *text, size_t n) {
  struct roster_buf shown;
  struct roster_found found;
  char *copy = (char *)malloc(n + 1);
  MUST(copy != NULL);
  memcpy(copy, text, n);
  roster_buf_init(&shown, MOST);
  roster_found_init(&found);
  MUST(roster_redact(&shown, &found, text, n, roster_redact_any));
  if (is_json(text, n))
    MUST(is_json(roster_buf_text(&shown), shown.len));
  MUST(roster_found_scrub(&found, copy, n) <= n);
  free(copy);
  roster_buf_free(&shown);
  roster_found_free(&found);
}

/* The text as a member beside and around one that is secret. */
static void try_member(const char *text, size_t n) {
  struct roster_buf body;
  struct roster_buf shown;
  struct roster_found found;
  roster_buf_init(&body, MOST);
  roster_buf_init(&shown, MOST);
  roster_found_init(&found);
  roster_buf_adds(&body, "{\"a\":");
  if (is_json(text, n))
    roster_buf_add(&body, text, n);
  else if (roster_json_write_string(&body, text, n) != ROSTER_WRITE_OK)
    n = 0;
  roster_buf_adds(&body, ",\"new_password\":\"");
  roster_buf_adds(&body, SECRET);
  roster_buf_adds(&body, "\",\"b\":1}");
  if (n > 0) {
    MUST(roster_redact(&shown, &found, body.data, body.len, roster_redact_any));
    MUST(!holds(shown.data, shown.len, SECRET) &&
         is_json(shown.data, shown.len));
    MUST(holds(found.bytes.data, found.bytes.len, SECRET));
  }
  roster_buf_free(&body);
  roster_buf_free(&shown);
  roster_found_free(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  try_text(text, size);
  /* the fuzzer writes what it has seen compared */
  if (!holds(text, size, SECRET))
    try_member(text, size);
  return 0;
}
