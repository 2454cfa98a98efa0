/* The memory of the engine. While a plugin is built, what is given back is wiped: its remains would become part of the module,
   and make it larger for nothing. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "engine.h"

bool starved;

static void *noted(void *memory) {
  if (!memory) starved = true;
  return memory;
}

static void *make_zeroed(void *opaque, size_t count, size_t size) { return noted(calloc(count, size)); }

static void *make(void *opaque, size_t size) { return noted(malloc(size)); }

static void give_back(void *opaque, void *memory) {
  /* Not memset: the compiler leaves that out where the memory is given back right after it. */
  if (memory && !live) explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

static void *resize(void *opaque, void *memory, size_t size) {
  if (live || !memory) return noted(realloc(memory, size));
  size_t before = malloc_usable_size(memory);
  void *moved = malloc(size);
  if (!moved) return NULL;
  memcpy(moved, memory, before < size ? before : size);
  give_back(opaque, memory);
  return moved;
}

static size_t usable(const void *memory) { return malloc_usable_size((void *)memory); }

const JSMallocFunctions engine_memory = {make_zeroed, make, give_back, resize, usable};
