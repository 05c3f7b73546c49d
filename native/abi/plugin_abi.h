/*
 * The part of Falco's plugin ABI (version 3.5) that docktape needs, for LP64 systems, in C and C++. Our own declaration:
 * names are ours, sizes and offsets are Falco's and are asserted below. test/real/ checks them against the official header.
 */
#ifndef DOCKTAPE_ABI_PLUGIN_ABI_H
#define DOCKTAPE_ABI_PLUGIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#else
#include <assert.h>
#endif

/* What init, open, next_batch and extract_fields return. */
enum { ABI_SUCCESS = 0, ABI_FAILURE = 1, ABI_TIMEOUT = -1, ABI_EOF = 2, ABI_NOT_SUPPORTED = 3 };
typedef int32_t abi_rc;

/* Types of fields. */
enum { ABI_UINT64 = 8, ABI_STRING = 9, ABI_RELTIME = 20, ABI_ABSTIME = 21, ABI_BOOL = 25, ABI_IPADDR = 40, ABI_IPNET = 41 };

/* Severities of log lines. */
enum {
  ABI_LOG_FATAL = 1, ABI_LOG_CRITICAL = 2, ABI_LOG_ERROR = 3, ABI_LOG_WARNING = 4,
  ABI_LOG_NOTICE = 5, ABI_LOG_INFO = 6, ABI_LOG_DEBUG = 7, ABI_LOG_TRACE = 8
};

/* What get_init_schema says of its text. */
enum { ABI_SCHEMA_NONE = 0, ABI_SCHEMA_JSON = 1 };

/* Kinds of metrics, and types of their values. */
enum { ABI_METRIC_MONOTONIC = 0, ABI_METRIC_NON_MONOTONIC = 1 };
enum {
  ABI_METRIC_U32 = 0, ABI_METRIC_S32 = 1, ABI_METRIC_U64 = 2, ABI_METRIC_S64 = 3,
  ABI_METRIC_DOUBLE = 4, ABI_METRIC_FLOAT = 5, ABI_METRIC_INT = 6
};

/*
 * A plugin event is this header, the lengths of its two parameters (u32 each), the plugin's ID (u32) and the payload.
 * `ts` is in nanoseconds since the epoch; all bits set mean "now". `len` counts the header too.
 */
#pragma pack(push, 1)
typedef struct abi_event {
  uint64_t ts;
  uint64_t tid;
  uint32_t len;
  uint16_t type;
  uint32_t nparams;
} abi_event;
#pragma pack(pop)

enum { ABI_PLUGIN_EVENT_TYPE = 322, ABI_PLUGIN_EVENT_PARAMS = 2, ABI_PAYLOAD_OFFSET = 38 };

typedef struct abi_event_input {
  const abi_event* evt;
  uint64_t evtnum;
  const char* evtsrc;
} abi_event_input;

typedef struct abi_byte_buffer {
  uint32_t len;
  const void* ptr;
} abi_byte_buffer;

/* One field asked of one event. The plugin sets `res` and `res_len`; 0 means that the event has no such value. */
typedef struct abi_extract_field {
  union {
    const char** str;
    uint64_t* u64;
    uint32_t* u32;
    uint32_t* boolean;
    abi_byte_buffer* buf;
  } res;
  uint64_t res_len;
  uint32_t field_id;
  const char* field;
  const char* arg_key;
  uint64_t arg_index;
  uint32_t arg_present;
  uint32_t ftype;
  uint32_t flist;
} abi_extract_field;

typedef struct abi_extract_input {
  void* owner;
  const char* (*get_owner_last_error)(void* owner);
  uint32_t num_fields;
  abi_extract_field* fields;
  void* table_reader[4];
  void* table_reader_ext;
  void* value_offsets; /* since 3.11: not ours to read, because we declare 3.5 */
} abi_extract_input;

typedef void (*abi_log_fn)(void* owner, const char* component, const char* message, int32_t severity);

typedef struct abi_init_input {
  const char* config;
  void* owner;
  const char* (*get_owner_last_error)(void* owner);
  const void* tables;
  abi_log_fn log;
} abi_init_input;

typedef struct abi_metric {
  const char* name;
  int32_t type;
  union {
    uint32_t u32;
    int32_t s32;
    uint64_t u64;
    int64_t s64;
    double d;
    float f;
    int i;
  } value;
  int32_t value_type;
} abi_metric;

#define ABI_LAYOUT(type, member, offset) static_assert(offsetof(type, member) == (offset), #type "." #member)

static_assert(sizeof(abi_event) == 26, "abi_event");
ABI_LAYOUT(abi_event, ts, 0);
ABI_LAYOUT(abi_event, tid, 8);
ABI_LAYOUT(abi_event, len, 16);
ABI_LAYOUT(abi_event, type, 20);
ABI_LAYOUT(abi_event, nparams, 22);

static_assert(sizeof(abi_event_input) == 24, "abi_event_input");
ABI_LAYOUT(abi_event_input, evt, 0);
ABI_LAYOUT(abi_event_input, evtnum, 8);
ABI_LAYOUT(abi_event_input, evtsrc, 16);

static_assert(sizeof(abi_byte_buffer) == 16, "abi_byte_buffer");
ABI_LAYOUT(abi_byte_buffer, len, 0);
ABI_LAYOUT(abi_byte_buffer, ptr, 8);

static_assert(sizeof(abi_extract_field) == 64, "abi_extract_field");
ABI_LAYOUT(abi_extract_field, res, 0);
ABI_LAYOUT(abi_extract_field, res_len, 8);
ABI_LAYOUT(abi_extract_field, field_id, 16);
ABI_LAYOUT(abi_extract_field, field, 24);
ABI_LAYOUT(abi_extract_field, arg_key, 32);
ABI_LAYOUT(abi_extract_field, arg_index, 40);
ABI_LAYOUT(abi_extract_field, arg_present, 48);
ABI_LAYOUT(abi_extract_field, ftype, 52);
ABI_LAYOUT(abi_extract_field, flist, 56);

static_assert(sizeof(abi_extract_input) == 80, "abi_extract_input");
ABI_LAYOUT(abi_extract_input, owner, 0);
ABI_LAYOUT(abi_extract_input, get_owner_last_error, 8);
ABI_LAYOUT(abi_extract_input, num_fields, 16);
ABI_LAYOUT(abi_extract_input, fields, 24);
ABI_LAYOUT(abi_extract_input, table_reader, 32);
ABI_LAYOUT(abi_extract_input, table_reader_ext, 64);
ABI_LAYOUT(abi_extract_input, value_offsets, 72);

static_assert(sizeof(abi_init_input) == 40, "abi_init_input");
ABI_LAYOUT(abi_init_input, config, 0);
ABI_LAYOUT(abi_init_input, owner, 8);
ABI_LAYOUT(abi_init_input, get_owner_last_error, 16);
ABI_LAYOUT(abi_init_input, tables, 24);
ABI_LAYOUT(abi_init_input, log, 32);

static_assert(sizeof(abi_metric) == 32, "abi_metric");
ABI_LAYOUT(abi_metric, name, 0);
ABI_LAYOUT(abi_metric, type, 8);
ABI_LAYOUT(abi_metric, value, 16);
ABI_LAYOUT(abi_metric, value_type, 24);

#ifdef __cplusplus
}
#endif

#endif
