/* Between JavaScript's values and the host's bytes. */
#include <stdlib.h>
#include <string.h>
#include "engine.h"
#include "host.h"

bool bytes_of(JSValueConst value, struct bytes *bytes) {
  bytes->string = NULL;
  if (JS_IsString(value)) {
    bytes->string = JS_ToCStringLen(context, &bytes->length, value);
    bytes->data = (const uint8_t *)bytes->string;
    return bytes->string != NULL;
  }
  bytes->data = JS_GetUint8Array(context, &bytes->length, value);
  /* An empty array has no data. */
  return bytes->data != NULL || !JS_HasException(context);
}

void bytes_free(struct bytes *bytes) {
  if (bytes->string) JS_FreeCString(context, bytes->string);
}

static void *resize(JSRuntime *rt, void *opaque, void *data, size_t length) {
  if (length) return realloc(data, length);
  free(data);
  return NULL;
}

JSValue bytes_adopt(uint8_t *data, size_t length) {
  return JS_NewUint8Array(context, data, length, resize, NULL, false);
}

bool int_of(JSValueConst value, int32_t *result) { return JS_ToInt32(context, result, value) == 0; }

bool need_host(void) {
  if (live) return true;
  JS_ThrowTypeError(context, "the host cannot be called while the module is evaluated: that happens once, when the "
                             "plugin is built; do it in an exported function");
  return false;
}

bool need_capability(enum capability capability, const char *name) {
  if (!need_host()) return false;
  if (capabilities & capability) return true;
  JS_ThrowTypeError(context, "the plugin does not request the capability \"%s\": add it to requests.capabilities", name);
  return false;
}

char *take_answer(int32_t length) {
  char *document = malloc((size_t)length + 1);
  if (!document) {
    JS_ThrowOutOfMemory(context);
    return NULL;
  }
  document[flux_answer(document, (uint32_t)length)] = 0;
  return document;
}

static JSValue throw_failure(int32_t length) {
  char *document = take_answer(length);
  if (!document) return JS_EXCEPTION;
  JSValue text = JS_NewString(context, document);
  free(document);
  JSValueConst arguments[1] = {text};
  JSValue error = JS_Call(context, hooks.host_failure, JS_UNDEFINED, 1, arguments);
  JS_FreeValue(context, text);
  return JS_IsException(error) ? error : JS_Throw(context, error);
}

JSValue host_result(int32_t code) { return code < 0 ? throw_failure(-code) : JS_NewInt32(context, code); }

JSValue host_document(int32_t code) {
  if (code < 0) return throw_failure(-code);
  char *document = take_answer(code);
  if (!document) return JS_EXCEPTION;
  JSValue text = JS_NewString(context, document);
  free(document);
  return text;
}
