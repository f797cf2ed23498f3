/* What Lua's io library cannot say of a file; the contract is in file.h. */
#define _DEFAULT_SOURCE 1 /* flock, and fileno under -std=c99 */
#define _DARWIN_C_SOURCE 1

#include "file.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { USUAL_COLUMNS = 80 };

/* The C stream behind the file at `index`; raises when it is closed. */
/* [-0, +0, v] */
static FILE *check_file(lua_State *L, int index) {
  FILE *file;
#if LUA_VERSION_NUM >= 502
  luaL_Stream *s = (luaL_Stream *)luaL_checkudata(L, index, LUA_FILEHANDLE);
  file = s->closef == NULL ? NULL : s->f;
#else
  /* LuaJIT's begins with the stream as well */
  file = *(FILE **)luaL_checkudata(L, index, LUA_FILEHANDLE);
#endif
  if (file == NULL)
    luaL_argerror(L, index, "the file is closed");
  return file;
}

/* true, or nil and what errno says. [-0, +1|+2, m] */
static int push_result(lua_State *L, int ok) {
  int number = errno;
  if (ok) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, strerror(number));
  return 2;
}

int roster_file_sync(lua_State *L) {
  FILE *file = check_file(L, 1);
  int ok = fflush(file) == 0;
  int done = -1;
  while (ok && done != 0) {
    done = fsync(fileno(file));
    if (done != 0 && errno != EINTR)
      break;
  }
  return push_result(L, ok && done == 0);
}

int roster_file_cut(lua_State *L) {
  FILE *file = check_file(L, 1);
  lua_Number bytes = luaL_checknumber(L, 2);
  luaL_argcheck(L, bytes >= 0, 2, "bytes expected");
  return push_result(L, fflush(file) == 0 &&
                            ftruncate(fileno(file), (off_t)bytes) == 0);
}

int roster_file_lock(lua_State *L) {
  int fd = fileno(check_file(L, 1));
  int flags = fcntl(fd, F_GETFD);
  int ok = flags >= 0 && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) == 0 &&
           flock(fd, LOCK_EX | LOCK_NB) == 0;
  if (ok && !roster_process_own(fd, ROSTER_OWNED_SILENT)) {
    flock(fd, LOCK_UN);
    errno = ENOMEM;
    ok = 0;
  }
  return push_result(L, ok);
}

int roster_file_unlock(lua_State *L) {
  int fd = fileno(check_file(L, 1));
  roster_process_disown(fd);
  return push_result(L, flock(fd, LOCK_UN) == 0);
}

int roster_file_seclude(lua_State *L) {
  return push_result(L, fchmod(fileno(check_file(L, 1)), 0600) == 0);
}

int roster_file_columns(lua_State *L) {
  int fd = fileno(check_file(L, 1));
  struct winsize size;
  if (!isatty(fd)) {
    lua_pushnil(L);
    return 1;
  }
  memset(&size, 0, sizeof(size));
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    size.ws_col = USUAL_COLUMNS;
  lua_pushinteger(L, size.ws_col);
  return 1;
}
