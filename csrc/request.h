/*
** An operation and the caller's arguments become method, URL, header fields
** and body. Nothing is sent here and nothing of the caller's is changed.
*/
#ifndef ROSTER_REQUEST_H
#define ROSTER_REQUEST_H

#include "client.h"
#include "encode.h"
#include "exchange.h"
#include "refusal.h"

/* How long, how often, how much. */
struct roster_limits {
  double timeout;  /* seconds, for the whole call */
  double deadline; /* epoch seconds; 0: none */
  int max_retries;
  int links;       /* keep the "_links" of a list's items */
  int strict_text; /* text that is not Unicode is an error */
};

struct roster_request {
  const struct roster_client *client;
  const struct roster_op *op;
  struct roster_exchange *exchange; /* built here */
  struct roster_encoder *encoder;   /* holds the body's secret ranges */
  struct roster_limits *limits;     /* read here */
  struct roster_refusal *refusal;
};

/* An option that every call takes. */
struct roster_call_option {
  const char *name;
  const char *type; /* "number", "boolean", "table", "string" */
  int lists_only;
  int bodies_only; /* of operations that take a body */
  const char *note;
};

/* Ends with a NULL name. */
extern const struct roster_call_option roster_call_options[];

/*
** Builds from the stack's values first..last: path parameters in order, the
** body if the operation takes one, one table of options. Returns 1, or 0 with
** the refusal filled in. [-0, +0, m]
*/
int roster_request_build(lua_State *L, const struct roster_request *r,
                         int first, int last);

/*
** Builds what has no row, from the table at `index`: method, path (below the
** base URL, encoded by the caller), query, body, headers. [-0, +0, m]
*/
int roster_request_build_free(lua_State *L, const struct roster_request *r,
                              int index);

/*
** The parts that both have: the limits (`options` may be 0), the body, and
** what every request carries. Each returns 1, or 0 with the refusal filled in.
** [-0, +0, m]
*/
int roster_request_limits(lua_State *L, const struct roster_request *r,
                          int options);
int roster_request_body(lua_State *L, const struct roster_request *r, int index,
                        const struct roster_model *model);
int roster_request_finish(const struct roster_request *r);

/*
** The body of an operation with a model, argument `number` of the call, with
** what the table at `options` (0: none) says of it. [-0, +?, m]
*/
int roster_request_modelled(lua_State *L, const struct roster_request *r,
                            int index, int options, int number);

/* Is that an option, of every call or the operation's own? */
int roster_request_takes(const struct roster_op *op, const char *name);

/* Refuses the arguments: they hold a table that Lua has to read (view.h). */
int roster_request_view(const struct roster_request *r);

/*
** Points a built request at a later page's URL. It must have the client's
** origin: the credential goes along. Returns NULL, or why not.
*/
const char *roster_request_follow(const struct roster_request *r,
                                  const char *url, size_t n);

/* Adds the credential's header line; NULL, or why it cannot be sent. */
const char *roster_request_authorize(const struct roster_request *r,
                                     const char *secret, size_t n);

#endif
