/* What Lua's io library cannot say of a file; the contract is in file.h. */
#define _DEFAULT_SOURCE 1 /* flock, and fileno under -std=c99 */
#define _DARWIN_C_SOURCE 1

#include "file.h"
#include "buf.h"
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

/* -------------------------------------------------------- opened with care */

/* Permissions that let another user change the file, or read it. */
enum { WRITABLE = S_IWGRP | S_IWOTH, READABLE = S_IROTH };

static const char TYPE[] = "roster.reading";

/* A file while it is read. */
struct reading {
  int fd;
  struct roster_buf text;
};

static void end_reading(struct reading *r) {
  if (r->fd >= 0)
    close(r->fd);
  r->fd = -1;
  roster_buf_free(&r->text);
}

static int reading_gc(lua_State *L) {
  end_reading((struct reading *)lua_touserdata(L, 1));
  return 0;
}

/* [-0, +1, m] */
static void create_metatable(lua_State *L) {
  lua_newtable(L);
  lua_pushcfunction(L, reading_gc);
  lua_setfield(L, -2, "__gc");
}

/* NULL where errno says what went wrong. */
static const char *const SYSTEM = NULL;

/* Reads the open file to its end. NULL, or why that cannot be. */
static const char *read_all(struct reading *r, int *number) {
  enum { PIECE = 16 * 1024 };
  for (;;) {
    size_t room = r->text.max - r->text.len;
    char *to = roster_buf_room(&r->text, room < PIECE ? room : PIECE);
    ssize_t n;
    if (to == NULL)
      return roster_buf_fault(&r->text);
    do
      n = read(r->fd, to, room < PIECE ? room : PIECE);
    while (n < 0 && errno == EINTR);
    if (n <= 0) {
      *number = n < 0 ? errno : 0;
      return SYSTEM;
    }
    r->text.len += (size_t)n;
    if (r->text.len == r->text.max)
      return "it is too large";
  }
}

/*
** Opens and reads the file at `path`. Returns 1; or 0, and `why` is a phrase,
** or SYSTEM and `number` an errno.
*/
static int read_file(struct reading *r, const char *path, struct stat *about,
                     const char **why, int *number) {
  *why = SYSTEM;
  /* neither a FIFO without a writer nor a terminal may hold the caller */
  r->fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  *number = errno;
  if (r->fd < 0)
    return 0;
  if (fstat(r->fd, about) != 0) {
    *number = errno;
    return 0;
  }
  *number = 0;
  if (S_ISREG(about->st_mode))
    *why = read_all(r, number);
  else
    *why = "it is not a regular file";
  return *why == SYSTEM && *number == 0;
}

int roster_file_read(lua_State *L) {
  size_t n;
  const char *path = luaL_checklstring(L, 1, &n);
  lua_Number max = luaL_checknumber(L, 2);
  const char *why = "its name holds a NUL byte";
  int number = 0;
  struct reading *r;
  struct stat about;
  luaL_argcheck(L, max >= 0 && max < 1e12, 2, "bytes expected");
  r = (struct reading *)roster_newuserdata(L, sizeof(*r));
  r->fd = -1;
  roster_buf_init(&r->text, (size_t)max + 1);
  roster_pushmetatable(L, TYPE, create_metatable);
  lua_setmetatable(L, -2);
  if (strlen(path) == n && read_file(r, path, &about, &why, &number)) {
    lua_pushlstring(L, roster_buf_text(&r->text), r->text.len);
    end_reading(r);
    lua_createtable(L, 0, 3);
    lua_pushboolean(L, about.st_uid != geteuid() && about.st_uid != 0);
    lua_setfield(L, -2, "is_foreign");
    lua_pushboolean(L, (about.st_mode & WRITABLE) != 0);
    lua_setfield(L, -2, "is_writable");
    lua_pushboolean(L, (about.st_mode & READABLE) != 0);
    lua_setfield(L, -2, "is_readable");
    return 2;
  }
  end_reading(r);
  lua_pushnil(L);
  lua_pushfstring(L, "cannot be read: %s",
                  why == SYSTEM ? strerror(number) : why);
  lua_pushinteger(L, number);
  return 3;
}

/* What is wrong with a file that is there, or NULL. */
static const char *private_fault(const struct stat *about, int trusted) {
  if (!S_ISREG(about->st_mode))
    return "is not a file";
  if (about->st_uid != geteuid())
    return "belongs to another user: name a file of your own";
  if (about->st_nlink > 1)
    return "has a second name, a hard link: name a file that has one";
  if (trusted && (about->st_mode & WRITABLE) != 0)
    return "can be changed by other users, so what it says is not certain: if "
           "it is right, take that away with chmod go-w";
  return NULL;
}

/*
** Opens the file at `path`, or makes it, for its owner alone. Returns the
** descriptor; or -1, and `why` is a phrase, or SYSTEM and `number` an errno.
*/
static int open_private(const char *path, int trusted, const char **why,
                        int *number) {
  struct stat about;
  int fd = open(path,
                O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK |
                    O_NOCTTY | O_CLOEXEC,
                0600);
  *number = errno;
  *why = SYSTEM;
  if (fd < 0) {
    if (*number == EISDIR)
      *why = "is not a file";
    else if (lstat(path, &about) == 0 && S_ISLNK(about.st_mode))
      *why = "is a symbolic link: name the file it leads to";
    return -1;
  }
  if (fstat(fd, &about) == 0) {
    *why = private_fault(&about, trusted);
    if (*why == NULL && (about.st_size > 0 || fchmod(fd, 0600) == 0) &&
        fcntl(fd, F_SETFL, O_APPEND) == 0)
      return fd;
  }
  *number = errno;
  close(fd);
  return -1;
}

int roster_file_become(lua_State *L) {
  FILE *file = check_file(L, 1);
  size_t n;
  const char *path = luaL_checklstring(L, 2, &n);
  const char *why = "has a NUL byte in its name";
  int number = 0;
  int ok = 0;
  int fd = -1;
  if (strlen(path) == n)
    fd = open_private(path, lua_toboolean(L, 3), &why, &number);
  if (fd >= 0) {
    ok = dup2(fd, fileno(file)) >= 0 &&
         fcntl(fileno(file), F_SETFD, FD_CLOEXEC) == 0;
    number = errno;
    close(fd);
  }
  if (ok) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushstring(L, why == SYSTEM ? strerror(number) : why);
  lua_pushboolean(L, why == SYSTEM);
  return 3;
}
