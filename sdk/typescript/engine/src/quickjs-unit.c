/* QuickJS as one unit. For WASI it has no bound on its stack; here it has one, so that endless recursion is an exception that
   a plugin survives, and not the end of its instance. The system's headers come first, as WASI's need to know where they are. */
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
#include "quickjs.c"
