/* What the parts of the loader share. loader.c says what the program does. */
#ifndef DOCKTAPE_TEST_LOADER_H
#define DOCKTAPE_TEST_LOADER_H

#define _GNU_SOURCE
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/plugin_functions.h"

#define PLUGIN_FUNCTIONS(X)                                                                                        \
  X(get_required_api_version) X(get_version) X(get_name) X(get_description) X(get_contact) X(get_init_schema)      \
  X(init) X(destroy) X(get_last_error) X(get_metrics) X(get_id) X(get_event_source) X(list_open_params) X(open)    \
  X(close) X(next_batch) X(get_progress) X(event_to_string) X(get_fields) X(extract_fields)

/* The functions of the loaded plugin. */
struct plugin {
#define DECLARE(name) __typeof__(&plugin_##name) name;
  PLUGIN_FUNCTIONS(DECLARE)
#undef DECLARE
};
extern struct plugin plugin;

/*
 * A state or an instance under its name; `number` is that of the instance's last event, as Falco counts them, and `batch` the
 * events that it had from its last next_batch.
 */
struct handle {
  char name[32];
  void* pointer;
  uint64_t number;
  abi_event** batch;
  uint32_t count;
};

/* The handle of a name, made when it is new. */
struct handle* handle_of(const char* name);

/* The pointer of a name; NULL for `null`. */
void* pointer_of(const char* name);

/* Cuts the next word off the rest of a command's line. */
static inline char* next_word(char** rest) { return strsep(rest, " "); }

void* init_state(const char* config, abi_rc* rc);

/* Bytes as a JSON string; what is not ASCII is passed on as it is. NULL text is null. */
void put_bytes(const char* bytes, size_t size);
void put_text(const char* text);

/* `,"key":value`. Numbers of 64 bits are strings, because JSON.parse would round them. */
void put_text_member(const char* key, const char* text);
void put_number_member(const char* key, uint64_t number);
void put_u64_member(const char* key, uint64_t number);

/* `{"rc":…,"error":…`, without the closing brace. */
void put_result(abi_rc rc, void* state);

/* The commands, each with the rest of its line (NULL when there is none). Each answers with one line. */
#define COMMANDS(X)                                                                                              \
  X(load) X(unload) X(info) X(schema) X(fields) X(init) X(destroy) X(metrics) X(params) X(log) X(open) X(close)  \
  X(next) X(drain) X(ask) X(progress) X(event) X(raw) X(extract) X(tostring) X(spin) X(unspin) X(ticker)
#define DECLARE(name) void do_##name(char* rest);
COMMANDS(DECLARE)
#undef DECLARE

#endif
