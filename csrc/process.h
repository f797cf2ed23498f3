/*
** What belongs to one process: fork() copies all memory, but parent and child
** share what descriptors refer to. No Lua here; a copy in each shared object.
*/
#ifndef ROSTER_PROCESS_H
#define ROSTER_PROCESS_H

/* Notices every fork() from now on; 0 when out of memory. Call it first. */
int roster_process_start(void);

/* A number that a child of fork() has another of than its parent. */
unsigned long roster_process(void);

enum roster_owned {
  ROSTER_OWNED_SILENT, /* a child finds /dev/null there */
  ROSTER_OWNED_AWAKE   /* ... what is always readable: its watcher looks */
};

/*
** Keeps the descriptor from children of fork(): the child has something else
** under its number, which it closes as it would close the descriptor. Returns 0
** when out of memory.
*/
int roster_process_own(int fd, enum roster_owned kind);

/* The descriptor is about to be closed. Harmless for one that is not owned. */
void roster_process_disown(int fd);

#endif
