/* The header fields of a request; the contract is in fields.h. */
#include "fields.h"
#include "scalar.h"
#include "text.h"

#include <string.h>
#include <strings.h>

int roster_fields_has(const struct roster_exchange *x, const char *name) {
  size_t n = strlen(name);
  size_t at = 0;
  const char *line;
  while ((line = roster_exchange_field(x, &at)) != NULL) {
    if (strncasecmp(line, name, n) == 0 && line[n] == ':')
      return 1;
  }
  return 0;
}

void roster_fields_add(struct roster_exchange *x, const char *name,
                       const char *value, size_t n) {
  if (roster_fields_has(x, name))
    return;
  roster_buf_adds(&x->fields, name);
  roster_buf_adds(&x->fields, ": ");
  roster_buf_add(&x->fields, value, n);
  roster_buf_addc(&x->fields, '\0');
}

/* These would unmask the credential or break the framing. */
static int is_reserved(const char *name, const char *auth_header) {
  static const char *const reserved[] = {
      "host", "content-length", "transfer-encoding", "connection", "te", NULL};
  const char *const *p;
  for (p = reserved; *p != NULL; p++) {
    if (strcasecmp(name, *p) == 0)
      return 1;
  }
  return strcasecmp(name, auth_header) == 0;
}

int roster_fields_caller(lua_State *L, struct roster_exchange *x,
                         const struct roster_client *client, int index,
                         struct roster_refusal *refusal) {
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    struct roster_scalar value;
    const char *fault;
    const char *name;
    size_t n;
    if (lua_type(L, -2) != LUA_TSTRING)
      return roster_refuse(refusal, 1, "headers: a name must be a string");
    name = lua_tolstring(L, -2, &n);
    if (!roster_text_is_token(name, n))
      return roster_refuse(refusal, 0, "headers: not a header name");
    if (is_reserved(name, client->provider->auth_header))
      return roster_refuse(refusal, 1, "headers: \"%s\" is set by roster",
                           name);
    if (roster_fields_has(x, name))
      return roster_refuse(refusal, 1, "headers: \"%s\" is given twice", name);
    fault = roster_scalar_read(L, -1, ROSTER_ANY, &value);
    if (fault != NULL)
      return roster_refuse(refusal, 1, "headers[\"%s\"]: expected %s, got %s",
                           name, fault, roster_scalar_kind(L, -1));
    fault = roster_text_value_fault(value.text, value.len);
    if (fault != NULL)
      return roster_refuse(refusal, 0, "headers[\"%s\"] %s", name, fault);
    roster_fields_add(x, name, value.text, value.len);
    lua_pop(L, 1);
  }
  return 1;
}

int roster_fields_own(struct roster_exchange *x,
                      const struct roster_client *client, int typed) {
  /* with the credential, as a rule all there will be */
  roster_buf_room(&x->fields, 240);
  roster_fields_add(x, "Accept", "application/json", 16);
  roster_fields_add(x, "User-Agent", roster_buf_text(&client->agent),
                    client->agent.len);
  if (x->has_body || typed)
    roster_fields_add(x, "Content-Type", "application/json", 16);
  if (!x->has_body &&
      (strcmp(x->method, "POST") == 0 || strcmp(x->method, "PUT") == 0 ||
       strcmp(x->method, "PATCH") == 0))
    /* RFC 9110 8.6; without it Okta answers 411 */
    roster_fields_add(x, "Content-Length", "0", 1);
  return x->fields.error == ROSTER_BUF_OK;
}
