/* What the files of the engine share. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "quickjs.h"

/* Functions of JavaScript that the engine calls; the runtime hands them over: see runtime/native.ts. */
struct hooks {
  JSValue call, end, build, fail, host_failure, timer, rejection;
};

extern JSRuntime *runtime;
extern JSContext *context;
extern struct hooks hooks;
extern const JSMallocFunctions engine_memory;

/* The memory was not enough at some time in this call. */
extern bool starved;

/* What the plugin may use. The builder leaves out the imports of all else, so it must not be called. */
enum capability { CAPABILITY_HTTP = 1, CAPABILITY_TCP = 2 };
extern uint32_t capabilities;

/* A call is running, and not the build, which evaluates the module where no host is. */
extern bool live;

/* True when the host may be called now; otherwise an exception is pending. */
bool need_host(void);
bool need_capability(enum capability capability, const char *name);

#define NATIVE(name) JSValue name(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv)

/* Bytes of a string (as UTF-8) or of a Uint8Array, without a copy where there is one already. */
struct bytes {
  const uint8_t *data;
  size_t length;
  const char *string;
};
/* False with a pending exception. */
bool bytes_of(JSValueConst value, struct bytes *bytes);
void bytes_free(struct bytes *bytes);
/* Hands over what malloc gave. */
JSValue bytes_adopt(uint8_t *data, size_t length);

/* False with a pending exception. */
bool int_of(JSValueConst value, int32_t *result);

/* Fetches the document that the host left; free() it. NULL with a pending exception. */
char *take_answer(int32_t length);
/* A count of the host as it is, or the exception that its failure document describes. */
JSValue host_result(int32_t code);
/* A document of the host as a string, or the exception. */
JSValue host_document(int32_t code);

struct native {
  const char *name;
  JSCFunction *function;
  int arguments;
};
extern const struct native call_natives[], network_natives[], file_natives[], system_natives[], hash_natives[];
