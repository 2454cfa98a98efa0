/* Time, randomness and UTF-8. */
#include <stdlib.h>
#include <string.h>
#include <wasi/api.h>
#include "engine.h"

static NATIVE(sleep_for) {
  double milliseconds;
  if (!need_host() || JS_ToFloat64(ctx, &milliseconds, argv[0])) return JS_EXCEPTION;
  if (!(milliseconds > 0)) return JS_UNDEFINED;
  __wasi_subscription_t wait;
  memset(&wait, 0, sizeof wait);
  wait.u.tag = __WASI_EVENTTYPE_CLOCK;
  wait.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  wait.u.u.clock.timeout = (__wasi_timestamp_t)(milliseconds * 1e6);
  __wasi_event_t event;
  __wasi_size_t count;
  __wasi_errno_t ignored = __wasi_poll_oneoff(&wait, &event, 1, &count);
  (void)ignored;
  return JS_UNDEFINED;
}

static NATIVE(monotonic) {
  __wasi_timestamp_t now = 0;
  __wasi_errno_t ignored = __wasi_clock_time_get(__WASI_CLOCKID_MONOTONIC, 1000, &now);
  (void)ignored;
  return JS_NewFloat64(ctx, (double)now / 1e6);
}

static void fill(uint8_t *to, size_t length) {
  /* Bytes that are not random would be worse than no answer. */
  if (__wasi_random_get(to, length)) __builtin_trap();
}

/* Math.random: the seed of the engine's own would be the same in every instance. */
static NATIVE(random_number) {
  uint64_t bits;
  fill((uint8_t *)&bits, sizeof bits);
  return JS_NewFloat64(ctx, (double)(bits >> 11) / 9007199254740992.0);
}

static NATIVE(random_fill) {
  size_t length;
  uint8_t *to = JS_GetUint8Array(ctx, &length, argv[0]);
  if (!to && JS_HasException(ctx)) return JS_EXCEPTION;
  if (length) fill(to, length);
  return JS_UNDEFINED;
}

static NATIVE(encode_utf8) {
  struct bytes bytes;
  if (!bytes_of(argv[0], &bytes)) return JS_EXCEPTION;
  JSValue array = JS_NewUint8ArrayCopy(ctx, bytes.data, bytes.length);
  bytes_free(&bytes);
  return array;
}

/* Length of the well-formed UTF-8 sequence at `at`, 0 when there is none. */
static size_t sequence(const uint8_t *at, size_t left) {
  uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || length > left) return 0;
  for (size_t index = 1; index < length; index++)
    if ((at[index] & 0xc0) != 0x80) return 0;
  if ((lead == 0xe0 && at[1] < 0xa0) || (lead == 0xed && at[1] > 0x9f) || (lead == 0xf0 && at[1] < 0x90) ||
      (lead == 0xf4 && at[1] > 0x8f))
    return 0;
  return length;
}

static NATIVE(decode_utf8) {
  struct bytes bytes;
  if (!bytes_of(argv[0], &bytes)) return JS_EXCEPTION;
  bool valid = true;
  if (JS_ToBool(ctx, argv[1])) {
    for (size_t at = 0, step; valid && at < bytes.length; at += step)
      valid = (step = sequence(bytes.data + at, bytes.length - at)) > 0;
  }
  JSValue text = valid ? JS_NewStringLen(ctx, (const char *)bytes.data, bytes.length) : JS_UNDEFINED;
  bytes_free(&bytes);
  return text;
}

const struct native system_natives[] = {
    {"sleep", sleep_for, 1},        {"monotonic", monotonic, 0},     {"random", random_number, 0},
    {"randomFill", random_fill, 1}, {"encodeUtf8", encode_utf8, 1}, {"decodeUtf8", decode_utf8, 2},
    {NULL, NULL, 0},
};
