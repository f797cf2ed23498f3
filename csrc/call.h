/*
** The life of one call: it says what it wants (a credential, to be sent,
** nothing more) and is told what happened. No I/O: a driver does that.
*/
#ifndef ROSTER_CALL_H
#define ROSTER_CALL_H

#include "http1.h"
#include "request.h"
#include "response.h"

enum call_state {
  CALL_NEW,     /* built; may still need a credential */
  CALL_SENT,    /* handed to the driver; the exchange tells */
  CALL_WAITING, /* is to be sent again, after a wait */
  CALL_REFUSED, /* the credential was: may be sent once more with another */
  CALL_FAILED,  /* failed before it was sent; `failure` tells */
  CALL_FINISHED /* value or error has been taken */
};

enum { ROSTER_ATTEMPTS_KEPT = 16 };

/* What became of one attempt. */
struct roster_try {
  int status;      /* 0: no whole answer */
  const char *why; /* static: why another followed, or why none did */
  double wait;     /* seconds before that one; below 0: none followed */
};

/* What is of use only when an attempt fails. */
struct roster_history {
  char reason[ROSTER_REASON]; /* the exchange's */
  char first_id[96];          /* request id of the first answer */
  struct roster_try tries[ROSTER_ATTEMPTS_KEPT];
};

/* Below a kilobyte, beyond which an allocator takes its time: so the history
** is apart. */
struct roster_call {
  struct roster_exchange x; /* first: transports cast the userdata to it */
  struct roster_client *client;
  const struct roster_op *op;
  struct roster_op free_op; /* stands in for a row */
  struct roster_encoder encoder;
  struct roster_http1 http1; /* for a transport that moves bytes */
  struct roster_refusal refusal;
  struct roster_buf scratch;
  struct roster_known known;
  enum call_state state;
  unsigned long process;    /* that made it: see roster_process */
  size_t credential_at;     /* where its line begins in the request's fields */
  size_t retry_fields_at;   /* where the lines of a further try begin */
  int anonymous;            /* goes without the credential */
  int form;                 /* the body is a form of credentials */
  int renewed;              /* a second credential was asked for */
  int await_header;         /* whoever waits does so for the header only */
  const char *failure_kind; /* static */
  struct roster_limits limits;
  int attempts;    /* how often the request was handed out */
  int retries;     /* of these, after a failure; a renewed token is none */
  int stopped;     /* a wait was refused: what came last stands */
  int handed_on;   /* another process has it, which may have sent it */
  double deadline; /* by the driver's clock; 0: it has not begun */
  double retry_at; /* epoch seconds when another try could help; 0: unknown */
  struct roster_history *history; /* NULL: the call is closed */
};

/*
** Was the call made by a process that this one was forked from? Its request is
** that process's to send, and so is every retry.
*/
int roster_call_is_inherited(const struct roster_call *c);

/* The call at `index`; raises when there is none. [-0, +0, v] */
struct roster_call *roster_call_check(lua_State *L, int index);

/* What request.h wants to know of a call. */
struct roster_request roster_call_request(struct roster_call *c);

/* ... and what response.h does. */
struct roster_response roster_call_response(struct roster_call *c);

/* Frees what the call holds; it is then empty, and may be freed again. */
void roster_call_free(struct roster_call *c);

/* The methods by which a transport written in Lua does its part. */
extern const struct luaL_Reg roster_call_wire[];

/* ... and those for one that moves bytes itself. */
extern const struct luaL_Reg roster_call_frame[];

/* ... and those for one that keeps what was said. */
extern const struct luaL_Reg roster_call_record[];

/* Pushes the metatable of ROSTER_CALL_TYPE, made with the first call: not every
** program that loads this makes one. [-0, +1, m] */
void roster_call_push_metatable(lua_State *L);

/*
** core.call(client, operation, ...) -> call
**                                   | nil, misuse, message
**                                   | nil, "view", arguments
** The arguments are those of the method. `misuse` is true when the call is
** written wrongly, false when its data cannot be sent. "view": they hold a
** table that has to be read through its metatable; `arguments` is a list of
** all after the client, with `n`. [-0, +1|+3, e]
*/
int roster_call_new(lua_State *L);

/*
** core.call_free(client, request, list) -> as core.call, for what has no row.
** [-0, +1|+3, e]
*/
int roster_call_new_free(lua_State *L);

/*
** core.call_token(client, form [, seconds]) -> as core.call: asks the
** provider's token endpoint. `form` is a list of { name, value }; `seconds`
** is the most it may take. Goes without a credential.
** [-0, +1|+3, e]
*/
int roster_call_new_token(lua_State *L);

#endif
