/* Files through WASI. Descriptor 3 is the root, the only folder that the host opens beforehand. Failures are negative WASI
   error numbers. */
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>
#include "engine.h"
#include "host.h"

#define ROOT 3

/* Bits of fileOpen's second argument. */
enum how { WRITE = 1, CREATE = 2, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 16, DIRECTORY = 32 };

static JSValue failure(__wasi_errno_t error) { return JS_NewInt32(context, -(int32_t)error); }

/* A path without the slash at its start, as a C string; WASI's functions want those. NULL with a pending exception. */
static const char *path_of(JSValueConst value) { return need_host() ? JS_ToCString(context, value) : NULL; }

static NATIVE(file_open) {
  int32_t how;
  if (!int_of(argv[1], &how)) return JS_EXCEPTION;
  const char *path = path_of(argv[0]);
  if (!path) return JS_EXCEPTION;
  __wasi_oflags_t flags = (how & CREATE ? __WASI_OFLAGS_CREAT : 0) | (how & EXCLUSIVE ? __WASI_OFLAGS_EXCL : 0) |
                          (how & TRUNCATE ? __WASI_OFLAGS_TRUNC : 0) |
                          (how & DIRECTORY ? __WASI_OFLAGS_DIRECTORY : 0);
  __wasi_rights_t rights =
      how & WRITE ? __WASI_RIGHTS_FD_WRITE : __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_READDIR;
  __wasi_fd_t descriptor;
  __wasi_errno_t error =
      __wasi_path_open(ROOT, 0, path, flags, rights, rights, how & APPEND ? __WASI_FDFLAGS_APPEND : 0, &descriptor);
  JS_FreeCString(ctx, path);
  return error ? failure(error) : JS_NewInt32(ctx, (int32_t)descriptor);
}

static NATIVE(file_read) {
  int32_t descriptor, length;
  if (!need_host() || !int_of(argv[0], &descriptor) || !int_of(argv[1], &length)) return JS_EXCEPTION;
  uint8_t *data = malloc((size_t)length);
  if (!data) return JS_ThrowOutOfMemory(ctx);
  __wasi_iovec_t part = {data, (size_t)length};
  __wasi_size_t count = 0;
  __wasi_errno_t error = __wasi_fd_read((__wasi_fd_t)descriptor, &part, 1, &count);
  if (error) {
    free(data);
    return failure(error);
  }
  uint8_t *fitted = realloc(data, count ? count : 1);
  return bytes_adopt(fitted ? fitted : data, count);
}

static NATIVE(file_write) {
  int32_t descriptor;
  struct bytes bytes;
  if (!need_host() || !int_of(argv[0], &descriptor) || !bytes_of(argv[1], &bytes)) return JS_EXCEPTION;
  __wasi_ciovec_t part = {bytes.data, bytes.length};
  __wasi_size_t count = 0;
  __wasi_errno_t error = __wasi_fd_write((__wasi_fd_t)descriptor, &part, 1, &count);
  bytes_free(&bytes);
  return error ? failure(error) : JS_NewInt32(ctx, (int32_t)count);
}

static NATIVE(file_close) {
  int32_t descriptor;
  if (!need_host() || !int_of(argv[0], &descriptor)) return JS_EXCEPTION;
  __wasi_errno_t ignored = __wasi_fd_close((__wasi_fd_t)descriptor);
  (void)ignored;
  return JS_UNDEFINED;
}

/* Puts the whole entries of a buffer into the list. Returns the cookie of the last one. */
static __wasi_dircookie_t add_entries(JSValue list, uint32_t *at, const uint8_t *buffer, size_t used) {
  __wasi_dircookie_t cookie = 0;
  for (size_t offset = 0; offset + sizeof(__wasi_dirent_t) <= used;) {
    __wasi_dirent_t entry;
    memcpy(&entry, buffer + offset, sizeof entry);
    offset += sizeof entry;
    if (offset + entry.d_namlen > used) break;
    JS_SetPropertyUint32(context, list, (*at)++,
                         JS_NewStringLen(context, (const char *)buffer + offset, entry.d_namlen));
    JS_SetPropertyUint32(context, list, (*at)++, JS_NewInt32(context, entry.d_type));
    offset += entry.d_namlen;
    cookie = entry.d_next;
  }
  return cookie;
}

static NATIVE(file_list) {
  int32_t descriptor;
  if (!need_host() || !int_of(argv[0], &descriptor)) return JS_EXCEPTION;
  /* Far larger than the longest name, so that each round brings at least one entry. */
  static uint8_t buffer[16384];
  JSValue list = JS_NewArray(ctx);
  uint32_t at = 0;
  for (__wasi_dircookie_t cookie = 0;;) {
    __wasi_size_t used = 0;
    __wasi_errno_t error = __wasi_fd_readdir((__wasi_fd_t)descriptor, buffer, sizeof buffer, cookie, &used);
    if (error) {
      JS_FreeValue(ctx, list);
      return failure(error);
    }
    cookie = add_entries(list, &at, buffer, used);
    if (used < sizeof buffer || cookie == 0) return list;
  }
}

static NATIVE(file_stat) {
  const char *path = path_of(argv[0]);
  if (!path) return JS_EXCEPTION;
  __wasi_filestat_t stat;
  __wasi_errno_t error = __wasi_path_filestat_get(ROOT, 0, path, &stat);
  JS_FreeCString(ctx, path);
  if (error) return failure(error);
  JSValue pair = JS_NewArray(ctx);
  JS_SetPropertyUint32(ctx, pair, 0, JS_NewInt32(ctx, stat.filetype));
  JS_SetPropertyUint32(ctx, pair, 1, JS_NewInt64(ctx, (int64_t)stat.size));
  return pair;
}

static JSValue change(JSValueConst value, __wasi_errno_t (*apply)(__wasi_fd_t, const char *)) {
  const char *path = path_of(value);
  if (!path) return JS_EXCEPTION;
  __wasi_errno_t error = apply(ROOT, path);
  JS_FreeCString(context, path);
  return failure(error);
}

static NATIVE(make_directory) { return change(argv[0], __wasi_path_create_directory); }

static NATIVE(remove_directory) { return change(argv[0], __wasi_path_remove_directory); }

static NATIVE(remove_file) { return change(argv[0], __wasi_path_unlink_file); }

static NATIVE(rename_path) {
  const char *from = path_of(argv[0]), *to = from ? path_of(argv[1]) : NULL;
  JSValue result = to ? failure(__wasi_path_rename(ROOT, from, ROOT, to)) : JS_EXCEPTION;
  if (to) JS_FreeCString(ctx, to);
  if (from) JS_FreeCString(ctx, from);
  return result;
}

static NATIVE(change_mode) {
  int32_t mode;
  if (!int_of(argv[1], &mode)) return JS_EXCEPTION;
  const char *path = path_of(argv[0]);
  if (!path) return JS_EXCEPTION;
  int32_t error = flux_chmod(path, (uint32_t)strlen(path), (uint32_t)mode);
  JS_FreeCString(ctx, path);
  return JS_NewInt32(ctx, -error);
}

const struct native file_natives[] = {
    {"fileOpen", file_open, 2},         {"fileRead", file_read, 2},
    {"fileWrite", file_write, 2},       {"fileClose", file_close, 1},
    {"fileList", file_list, 1},         {"fileStat", file_stat, 1},
    {"makeDirectory", make_directory, 1}, {"removeDirectory", remove_directory, 1},
    {"removeFile", remove_file, 1},     {"rename", rename_path, 2},
    {"chmod", change_mode, 2},          {NULL, NULL, 0},
};
