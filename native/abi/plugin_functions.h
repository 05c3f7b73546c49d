/*
 * The functions of a plugin, as Falco's loader looks them up ("plugin_" + name), in C and C++. A plugin that sources
 * events has open, close, next_batch, get_id and get_event_source; one that extracts has get_fields and extract_fields.
 * `state` is what init returned, `instance` what open returned. Strings stay valid until the same function is called
 * again with the same state.
 */
#ifndef DOCKTAPE_ABI_PLUGIN_FUNCTIONS_H
#define DOCKTAPE_ABI_PLUGIN_FUNCTIONS_H

#include "plugin_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

const char* plugin_get_required_api_version(void);
const char* plugin_get_version(void);
const char* plugin_get_name(void);
const char* plugin_get_description(void);
const char* plugin_get_contact(void);
const char* plugin_get_init_schema(int32_t* schema_type);

void* plugin_init(const abi_init_input* input, abi_rc* rc);
void plugin_destroy(void* state);
const char* plugin_get_last_error(void* state);
abi_metric* plugin_get_metrics(void* state, uint32_t* num_metrics);

uint32_t plugin_get_id(void);
const char* plugin_get_event_source(void);
const char* plugin_list_open_params(void* state, abi_rc* rc);
void* plugin_open(void* state, const char* params, abi_rc* rc);
void plugin_close(void* state, void* instance);
abi_rc plugin_next_batch(void* state, void* instance, uint32_t* num_events, abi_event*** events);
const char* plugin_get_progress(void* state, void* instance, uint32_t* progress);
const char* plugin_event_to_string(void* state, const abi_event_input* event);

const char* plugin_get_fields(void);
abi_rc plugin_extract_fields(void* state, const abi_event_input* event, const abi_extract_input* input);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
