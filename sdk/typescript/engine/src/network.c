/* HTTP and TCP through the host. */
#include <stdlib.h>
#include "engine.h"
#include "host.h"

static bool http(void) { return need_capability(CAPABILITY_HTTP, "http"); }
static bool tcp(void) { return need_capability(CAPABILITY_TCP, "tcp"); }

static NATIVE(http_open) {
  struct bytes request, body = {NULL, 0, NULL};
  if (!http() || !bytes_of(argv[0], &request)) return JS_EXCEPTION;
  JSValue result = JS_EXCEPTION;
  if (JS_IsUndefined(argv[1]) || bytes_of(argv[1], &body))
    result = host_document(
        flux_http_open(request.data, (uint32_t)request.length, body.data, (uint32_t)body.length));
  bytes_free(&body);
  bytes_free(&request);
  return result;
}

/* A write to a handle. */
static JSValue write_to(JSValueConst *argv, int32_t (*to)(int32_t, const void *, uint32_t)) {
  int32_t handle;
  struct bytes bytes;
  if (!int_of(argv[0], &handle) || !bytes_of(argv[1], &bytes)) return JS_EXCEPTION;
  JSValue result = host_result(to(handle, bytes.data, (uint32_t)bytes.length));
  bytes_free(&bytes);
  return result;
}

/* What was read of a handle, or the exception. */
static JSValue taken(uint8_t *data, int32_t count) {
  if (count <= 0) free(data);
  if (count < 0) return host_result(count);
  if (count == 0) return JS_NewUint8ArrayCopy(context, NULL, 0);
  uint8_t *fitted = realloc(data, (size_t)count);
  return bytes_adopt(fitted ? fitted : data, (size_t)count);
}

static NATIVE(http_write) { return http() ? write_to(argv, flux_http_write) : JS_EXCEPTION; }

static NATIVE(http_response) {
  int32_t handle;
  if (!http() || !int_of(argv[0], &handle)) return JS_EXCEPTION;
  return host_document(flux_http_response(handle));
}

static NATIVE(http_read) {
  int32_t handle, length;
  if (!http() || !int_of(argv[0], &handle) || !int_of(argv[1], &length)) return JS_EXCEPTION;
  uint8_t *data = malloc((size_t)length);
  if (!data) return JS_ThrowOutOfMemory(ctx);
  return taken(data, flux_http_read(handle, data, (uint32_t)length));
}

static NATIVE(http_save) {
  int32_t handle;
  struct bytes request;
  if (!http() || !int_of(argv[0], &handle) || !bytes_of(argv[1], &request)) return JS_EXCEPTION;
  JSValue result = host_document(flux_http_save(handle, request.data, (uint32_t)request.length));
  bytes_free(&request);
  return result;
}

static NATIVE(http_close) {
  int32_t handle;
  if (!http() || !int_of(argv[0], &handle)) return JS_EXCEPTION;
  flux_http_close(handle);
  return JS_UNDEFINED;
}

static NATIVE(tcp_open) {
  struct bytes request;
  if (!tcp() || !bytes_of(argv[0], &request)) return JS_EXCEPTION;
  JSValue result = host_document(flux_tcp_open(request.data, (uint32_t)request.length));
  bytes_free(&request);
  return result;
}

static NATIVE(tcp_read) {
  int32_t handle, length, timeout;
  if (!tcp() || !int_of(argv[0], &handle) || !int_of(argv[1], &length) || !int_of(argv[2], &timeout))
    return JS_EXCEPTION;
  uint8_t *data = malloc((size_t)length);
  if (!data) return JS_ThrowOutOfMemory(ctx);
  return taken(data, flux_tcp_read(handle, data, (uint32_t)length, timeout));
}

static NATIVE(tcp_write) { return tcp() ? write_to(argv, flux_tcp_write) : JS_EXCEPTION; }

static NATIVE(tcp_close) {
  int32_t handle;
  if (!tcp() || !int_of(argv[0], &handle)) return JS_EXCEPTION;
  flux_tcp_close(handle);
  return JS_UNDEFINED;
}

const struct native network_natives[] = {
    {"httpOpen", http_open, 2},   {"httpWrite", http_write, 2}, {"httpResponse", http_response, 1},
    {"httpRead", http_read, 2},   {"httpSave", http_save, 2},   {"httpClose", http_close, 1},
    {"tcpOpen", tcp_open, 1},     {"tcpRead", tcp_read, 3},     {"tcpWrite", tcp_write, 2},
    {"tcpClose", tcp_close, 1},   {NULL, NULL, 0},
};
