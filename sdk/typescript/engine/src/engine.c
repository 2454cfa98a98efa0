/* A JavaScript engine that is set up once, while the plugin is built, and then runs calls. */
#include "engine.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>
#include "host.h"

#define EXPORT(name) __attribute__((export_name(#name)))

JSRuntime *runtime;
JSContext *context;
struct hooks hooks;
uint32_t capabilities;
bool live;

static NATIVE(set_hooks) {
  const struct {
    const char *name;
    JSValue *slot;
  } all[] = {
      {"call", &hooks.call},   {"end", &hooks.end},
      {"build", &hooks.build}, {"fail", &hooks.fail},
      {"timer", &hooks.timer}, {"hostFailure", &hooks.host_failure},
      {"rejection", &hooks.rejection},
  };
  for (size_t index = 0; index < sizeof all / sizeof *all; index++)
    *all[index].slot = JS_GetPropertyStr(ctx, argv[0], all[index].name);
  return JS_UNDEFINED;
}

static void on_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque) {
  if (!JS_IsFunction(ctx, hooks.rejection)) return;
  JSValueConst arguments[3] = {promise, reason, JS_NewBool(ctx, handled)};
  JS_FreeValue(ctx, JS_Call(ctx, hooks.rejection, JS_UNDEFINED, 3, arguments));
}

static void define(JSValue object, const struct native *natives) {
  for (; natives->name; natives++)
    JS_SetPropertyStr(context, object, natives->name,
                      JS_NewCFunction(context, natives->function, natives->name, natives->arguments));
}

/* Lets all jobs run. An exception of one does not keep the others from running; the first one stays pending. */
static bool drain(void) {
  JSValue first = JS_UNINITIALIZED;
  JSContext *ctx;
  for (int result; (result = JS_ExecutePendingJob(runtime, &ctx)) != 0;) {
    if (result > 0) continue;
    JSValue thrown = JS_GetException(context);
    if (JS_IsUninitialized(first)) first = thrown;
    else JS_FreeValue(context, thrown);
  }
  if (JS_IsUninitialized(first)) return true;
  JS_Throw(context, first);
  return false;
}

/* Waits for a promise: jobs first, then the next timer, until there are neither. */
static JSValue settle(JSValue value) {
  if (JS_IsException(value)) return value;
  bool promise = JS_IsPromise(value);
  if (promise) JS_PromiseMarkAsHandled(context, value);
  for (;;) {
    if (!drain()) break;
    if (!promise) return value;
    JSPromiseStateEnum state = JS_PromiseState(context, value);
    if (state == JS_PROMISE_FULFILLED || state == JS_PROMISE_REJECTED) {
      JSValue result = JS_PromiseResult(context, value);
      JS_FreeValue(context, value);
      return state == JS_PROMISE_FULFILLED ? result : JS_Throw(context, result);
    }
    JSValue more = JS_Call(context, hooks.timer, JS_UNDEFINED, 0, NULL);
    if (JS_IsException(more)) break;
    if (JS_VALUE_GET_TAG(more) == JS_TAG_BOOL && JS_VALUE_GET_BOOL(more)) continue;
    JS_ThrowTypeError(context, "the promise never settles: nothing is left that could resolve it");
    break;
  }
  JS_FreeValue(context, value);
  return JS_EXCEPTION;
}

/* The document for the builder: a result or an error. */
static char *result;
static size_t result_length;

static void set_result(const char *text, size_t length) {
  engine_memory.js_free(NULL, result);
  result = malloc(length + 1);
  memcpy(result, text, length);
  result[length] = 0;
  result_length = length;
}

static void set_result_value(JSValueConst value) {
  size_t length;
  const char *text = JS_ToCStringLen(context, &length, value);
  if (!text) return set_result("", 0);
  set_result(text, length);
  JS_FreeCString(context, text);
}

/* Leaves `Error: message` and, on the lines after it, the stack. */
static void set_result_error(void) {
  JSValue error = JS_GetException(context);
  JSValue stack = JS_IsError(error) ? JS_GetPropertyStr(context, error, "stack") : JS_UNDEFINED;
  const char *head = JS_ToCString(context, error);
  const char *tail = JS_IsString(stack) ? JS_ToCString(context, stack) : NULL;
  size_t head_length = head ? strlen(head) : 0, tail_length = tail ? strlen(tail) : 0;
  char *text = malloc(head_length + tail_length + 1);
  if (head) memcpy(text, head, head_length);
  text[head_length] = '\n';
  if (tail) memcpy(text + head_length + 1, tail, tail_length);
  set_result(text, head_length + 1 + tail_length);
  engine_memory.js_free(NULL, text);
  if (tail) JS_FreeCString(context, tail);
  if (head) JS_FreeCString(context, head);
  JS_FreeValue(context, stack);
  JS_FreeValue(context, error);
}

static int32_t finish(JSValue value) {
  bool failed = JS_IsException(value);
  if (failed) set_result_error();
  else set_result_value(value);
  JS_FreeValue(context, value);
  return failed;
}

/* The functions of the builder. */

EXPORT(flux_allocate) void *allocate(uint32_t length) { return malloc(length); }

EXPORT(flux_free) void release(void *memory) { engine_memory.js_free(NULL, memory); }

EXPORT(flux_result) const char *builder_result(void) { return result; }

EXPORT(flux_result_length) uint32_t builder_result_length(void) { return (uint32_t)result_length; }

EXPORT(flux_start) int32_t start(uint32_t stack_bytes) {
  runtime = JS_NewRuntime2(&engine_memory, NULL);
  if (!runtime) return 1;
  JS_SetMaxStackSize(runtime, stack_bytes);
  JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL);
  context = JS_NewContext(runtime);
  if (!context) return 1;
  JSValue global = JS_GetGlobalObject(context), native = JS_NewObject(context);
  define(native, call_natives);
  define(native, network_natives);
  define(native, file_natives);
  define(native, system_natives);
  define(native, hash_natives);
  JS_SetPropertyStr(context, native, "setHooks", JS_NewCFunction(context, set_hooks, "setHooks", 1));
  JS_SetPropertyStr(context, global, "fluxNative", native);
  JS_FreeValue(context, global);
  return 0;
}

/* The same script without its text, which each function would keep a copy of. */
static JSValue stripped(JSValue script) {
  if (JS_IsException(script)) return script;
  size_t length;
  uint8_t *code = JS_WriteObject(context, &length, script, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
  JS_FreeValue(context, script);
  if (!code) return JS_EXCEPTION;
  script = JS_ReadObject(context, code, length, JS_READ_OBJ_BYTECODE);
  js_free(context, code);
  return script;
}

EXPORT(flux_evaluate) int32_t evaluate(const char *source, uint32_t length, const char *name) {
  JS_UpdateStackTop(runtime);
  JSValue script = JS_Eval(context, source, length, name, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  script = stripped(script);
  return finish(settle(JS_IsException(script) ? script : JS_EvalFunction(context, script)));
}

EXPORT(flux_build) int32_t build(const char *command, uint32_t length) {
  JS_UpdateStackTop(runtime);
  JSValue text = JS_NewStringLen(context, command, length);
  JSValueConst arguments[1] = {text};
  JSValue value = JS_Call(context, hooks.build, JS_UNDEFINED, 1, arguments);
  JS_FreeValue(context, text);
  return finish(settle(value));
}

/* The last thing before the memory becomes part of the module. */
EXPORT(flux_freeze) void freeze(uint32_t granted, uint32_t stack_bytes) {
  capabilities = granted;
  JS_SetMaxStackSize(runtime, stack_bytes);
  set_result("", 0);
  JS_RunGC(runtime);
}

/* The call of a plugin. */

/* QuickJS throws null where there is not even room for an error. */
static bool is_out_of_memory(JSValueConst error) {
  if (starved && JS_IsNull(error)) return true;
  JSValue message = JS_IsError(error) ? JS_GetPropertyStr(context, error, "message") : JS_UNDEFINED;
  const char *text = JS_IsString(message) ? JS_ToCString(context, message) : NULL;
  bool same = text && strcmp(text, "out of memory") == 0;
  if (text) JS_FreeCString(context, text);
  JS_FreeValue(context, message);
  return same;
}

/* Tells the host what was thrown. An instance without memory is of no use any more: it ends, in the way that the host takes
   for what it is. */
static void report(void) {
  static const char memory[] = "out of memory\n", unknown[] = "the plugin failed and could not say why";
  JSValue error = JS_GetException(context);
  bool over = is_out_of_memory(error);
  if (!over) {
    JSValueConst arguments[1] = {error};
    JSValue reported = JS_Call(context, hooks.fail, JS_UNDEFINED, 1, arguments);
    if (JS_IsException(reported)) {
      JSValue second = JS_GetException(context);
      over = is_out_of_memory(second);
      JS_FreeValue(context, second);
      flux_error(unknown, sizeof unknown - 1);
    }
    JS_FreeValue(context, reported);
  }
  JS_FreeValue(context, error);
  if (!over) return;
  write(STDERR_FILENO, memory, sizeof memory - 1);
  __wasi_proc_exit(1);
}

/* Every export of a plugin calls this with the number of its operation. */
EXPORT(flux_call) int32_t call(int32_t operation) {
  live = true;
  starved = false;
  JS_UpdateStackTop(runtime);
  JSValue number = JS_NewInt32(context, operation);
  JSValueConst arguments[1] = {number};
  JSValue value = settle(JS_Call(context, hooks.call, JS_UNDEFINED, 1, arguments));
  bool failed = JS_IsException(value);
  if (!failed) {
    JS_FreeValue(context, value);
    value = JS_Call(context, hooks.end, JS_UNDEFINED, 0, NULL);
    failed = JS_IsException(value);
  }
  if (failed) report();
  JS_FreeValue(context, value);
  live = false;
  return failed;
}
