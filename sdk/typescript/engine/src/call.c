/* The input of a call, its output, its failure, its log. */
#include <stdlib.h>
#include "engine.h"
#include "host.h"

static NATIVE(input) {
  if (!need_host()) return JS_EXCEPTION;
  uint32_t length = (uint32_t)input_length();
  char *text = malloc((size_t)length + 1);
  if (!text) return JS_ThrowOutOfMemory(ctx);
  JSValue value = JS_NewStringLen(ctx, text, flux_input(text, length));
  free(text);
  return value;
}

static JSValue give(JSValueConst value, void (*to)(const void *, uint32_t)) {
  struct bytes bytes;
  if (!need_host() || !bytes_of(value, &bytes)) return JS_EXCEPTION;
  to(bytes.data, (uint32_t)bytes.length);
  bytes_free(&bytes);
  return JS_UNDEFINED;
}

static NATIVE(output) { return give(argv[0], flux_output); }

static NATIVE(error) { return give(argv[0], flux_error); }

/* While the plugin is built there is no log: what a module says when it is evaluated is not worth a failure. */
static NATIVE(log_line) {
  int32_t level;
  struct bytes bytes;
  if (!live) return JS_UNDEFINED;
  if (!int_of(argv[0], &level) || !bytes_of(argv[1], &bytes)) return JS_EXCEPTION;
  flux_log((uint32_t)level, bytes.data, (uint32_t)bytes.length);
  bytes_free(&bytes);
  return JS_UNDEFINED;
}

const struct native call_natives[] = {
    {"input", input, 0}, {"output", output, 1}, {"error", error, 1}, {"log", log_line, 2}, {NULL, NULL, 0},
};
