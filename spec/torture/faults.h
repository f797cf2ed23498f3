/* Which call fails, and how many there were: what the torture is armed with. */
#ifndef TORTURE_FAULTS_H
#define TORTURE_FAULTS_H

#include <stddef.h>

/* Who asks for memory, or for something else that may be refused. */
enum fault_class {
  FAULT_LUA,     /* Lua's allocator */
  FAULT_CORE,    /* malloc and calloc of the core */
  FAULT_LIBCURL, /* what libcurl asks of its allocator */
  FAULT_SYSTEM,  /* calls of libcurl and of the system that can fail */
  FAULT_CLASSES
};

/* How often. */
enum fault_length {
  FAULT_ONCE,  /* the n-th alone */
  FAULT_TWICE, /* and the one behind it: Lua tries again after a collection */
  FAULT_ON     /* and all behind it */
};

/* From now on the n-th call of the class fails; 0: none, they are counted. */
void fault_arm(enum fault_class wanted, enum fault_length length, long n);

/* No call fails any more. Returns how many did. */
long fault_disarm(void);

/* How many calls of the class there were since it was armed. */
long fault_seen(void);

/* Called by each that may fail: must it? */
int fault_due(enum fault_class of);

/* The name of the last call that failed, for people. */
const char *fault_name(void);
void fault_set_name(const char *name);

/* Blocks of memory that the core holds now. */
long fault_blocks(void);

/* The allocators with faults: of Lua, and of libcurl. */
void *fault_lua_alloc(void *data, void *block, size_t old_size, size_t size);
int fault_curl_start(void);

/* Answers on loopback, in a process of its own; returns its port. */
int server_start(void);
void server_stop(void);

#endif
