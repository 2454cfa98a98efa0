/* QuickJS as one unit, with a bound on its stack, which it does not have for WASI: endless recursion has to be an exception
   that a plugin survives, and not the end of its instance. The system's headers come first, as they have to know that this is
   WASI. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#undef __wasi__
#define EMSCRIPTEN 1

/* The bound is on the stack in linear memory. A function that keeps its variables elsewhere leaves no trace there, and uses up
   the stack of the machine that runs the module, which ends the instance. So every function that asks where the stack stands
   is made to use some of it. */
#define __builtin_frame_address(level) \
  ({                                   \
    volatile char used[64];            \
    used[0] = 0;                       \
    (void *)used;                      \
  })
#include "quickjs.c"
