/* What the C benchmarks share: a plugin library loaded as Falco loads it, errors, and a clock. */
#ifndef DOCKTAPE_BENCH_PLUGIN_H
#define DOCKTAPE_BENCH_PLUGIN_H

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "abi/plugin_functions.h"

__attribute__((noreturn, format(printf, 1, 2))) static inline void fail(const char* format, ...) {
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  exit(2);
}

static inline void* load_library(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) fail("%s", dlerror());
  return library;
}

static inline void* find_function(void* library, const char* name) {
  void* function = dlsym(library, name);
  if (function == NULL) fail("%s", dlerror());
  return function;
}

/* A variable of the function's own name and type. */
#define FIND(library, name) __typeof__(&plugin_##name) name = find_function(library, "plugin_" #name)

static void print_log(void* owner, const char* component, const char* message, int32_t severity) {
  (void)owner;
  if (severity <= ABI_LOG_ERROR) fprintf(stderr, "%s: %s\n", component == NULL ? "plugin" : component, message);
}

static inline void* make_state(void* library, const char* config) {
  FIND(library, init);
  FIND(library, get_last_error);
  const abi_init_input input = {.config = config, .log = print_log};
  abi_rc rc = ABI_FAILURE;
  void* state = init(&input, &rc);
  if (rc != ABI_SUCCESS) fail("init: %s", state == NULL ? "no state" : get_last_error(state));
  return state;
}

/* Seconds since some moment. */
static inline double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#endif
