/*
 * A Falco plugin that does what its parameters say, also what a plugin must not do. Each letter of the open params is
 * one call of next_batch (see plugin_next_batch); the stream ends after the last. Macros make libraries that the loader
 * refuses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/plugin_functions.h"

#ifndef API_VERSION
#define API_VERSION "3.5.0"
#endif
#ifndef PLUGIN_ID
#define PLUGIN_ID 77
#endif
#ifndef FIELDS
#define FIELDS                                                                                             \
  "[{\"type\":\"string\",\"name\":\"test.payload\",\"desc\":\"the payload\",\"display\":\"Payload\"},"        \
  "{\"type\":\"uint64\",\"name\":\"test.length\",\"desc\":\"its length\"},"                                    \
  "{\"type\":\"abstime\",\"name\":\"test.time\",\"desc\":\"the event's time\"},"                               \
  "{\"type\":\"reltime\",\"name\":\"test.duration\",\"desc\":\"5 ns\"},"                                       \
  "{\"type\":\"bool\",\"name\":\"test.odd\",\"desc\":\"whether the event's number is odd\"},"                  \
  "{\"type\":\"ipaddr\",\"name\":\"test.ip\",\"desc\":\"127.0.0.1\"},"                                         \
  "{\"type\":\"ipnet\",\"name\":\"test.net\",\"desc\":\"::1\"},"                                               \
  "{\"type\":\"string\",\"name\":\"test.words\",\"desc\":\"two words\",\"isList\":true},"                      \
  "{\"type\":\"uint64\",\"name\":\"test.numbers\",\"desc\":\"two numbers\",\"isList\":true},"                  \
  "{\"type\":\"bool\",\"name\":\"test.flags\",\"desc\":\"two flags\",\"isList\":true},"                        \
  "{\"type\":\"string\",\"name\":\"test.key\",\"desc\":\"its key\",\"arg\":{\"isRequired\":true,\"isKey\":true}}," \
  "{\"type\":\"uint64\",\"name\":\"test.index\",\"desc\":\"its index\",\"arg\":{\"isIndex\":true}},"            \
  "{\"type\":\"string\",\"name\":\"test.absent\",\"desc\":\"nothing\"},"                                       \
  "{\"type\":\"string\",\"name\":\"test.failing\",\"desc\":\"makes extract_fields fail\"},"                    \
  "{\"type\":\"string\",\"name\":\"test.nullresult\",\"desc\":\"a null result\"},"                             \
  "{\"type\":\"string\",\"name\":\"test.nullstring\",\"desc\":\"a null string\"},"                             \
  "{\"type\":\"string\",\"name\":\"test.toomany\",\"desc\":\"two values of one\"},"                            \
  "{\"type\":\"uint64\",\"name\":\"test.number\",\"desc\":\"the event's number\"}]"
#endif

typedef struct {
  abi_log_fn log;
  void* owner;
  const char* error;
  uint32_t opened, closed;
  char* text;
} state;

typedef struct {
  const char* letters;
  size_t at;
  abi_event* events[3];
  uint32_t count;
  uint32_t made;
} instance;

#define API __attribute__((visibility("default")))

API const char* plugin_get_required_api_version(void) { return API_VERSION; }
API const char* plugin_get_version(void) { return "1.2.3"; }
#ifndef NO_NAME
API const char* plugin_get_name(void) { return "test"; }
#endif
API const char* plugin_get_description(void) { return "A plugin that does what it is told"; }
API const char* plugin_get_contact(void) { return "nobody"; }
#ifdef INIT_SCHEMA
API const char* plugin_get_init_schema(int32_t* type) {
  *type = ABI_SCHEMA_JSON;
  return INIT_SCHEMA;
}
#endif

API void* plugin_init(const abi_init_input* input, abi_rc* rc) {
  *rc = ABI_FAILURE;
  if (strcmp(input->config, "null") == 0) return NULL;
  state* s = calloc(1, sizeof(*s));
  s->log = input->log;
  s->owner = input->owner;
  s->error = "nothing is wrong";
  s->log(s->owner, NULL, input->config, ABI_LOG_INFO);
  if (strcmp(input->config, "fail") == 0) {
    s->error = "init was told\nto fail";
  } else {
    *rc = ABI_SUCCESS;
  }
  return s;
}

API void plugin_destroy(void* handle) {
  state* s = handle;
  s->log(s->owner, "end", "destroyed", ABI_LOG_DEBUG);
  free(s->text);
  free(s);
}

API const char* plugin_get_last_error(void* handle) { return ((state*)handle)->error; }

API abi_metric* plugin_get_metrics(void* handle, uint32_t* count) {
  static abi_metric metrics[8];
  state* s = handle;
  metrics[0] = (abi_metric){"opened", ABI_METRIC_MONOTONIC, {.u32 = s->opened}, ABI_METRIC_U32};
  metrics[1] = (abi_metric){"closed", ABI_METRIC_MONOTONIC, {.u32 = s->closed}, ABI_METRIC_U32};
  metrics[2] = (abi_metric){"s32", ABI_METRIC_NON_MONOTONIC, {.s32 = -32}, ABI_METRIC_S32};
  metrics[3] = (abi_metric){"u64", ABI_METRIC_MONOTONIC, {.u64 = UINT64_MAX}, ABI_METRIC_U64};
  metrics[4] = (abi_metric){"s64", ABI_METRIC_NON_MONOTONIC, {.s64 = INT64_MIN}, ABI_METRIC_S64};
  metrics[5] = (abi_metric){"double", ABI_METRIC_NON_MONOTONIC, {.d = 0.1}, ABI_METRIC_DOUBLE};
  metrics[6] = (abi_metric){"float", ABI_METRIC_NON_MONOTONIC, {.f = 0.5f}, ABI_METRIC_FLOAT};
  metrics[7] = (abi_metric){"int", ABI_METRIC_NON_MONOTONIC, {.i = 7}, ABI_METRIC_INT};
  *count = 8;
  return metrics;
}

#ifndef NO_ID
API uint32_t plugin_get_id(void) { return PLUGIN_ID; }
#endif
API const char* plugin_get_event_source(void) { return "test"; }

API const char* plugin_list_open_params(void* handle, abi_rc* rc) {
  (void)handle;
  *rc = ABI_SUCCESS;
  return "[{\"value\":\"eee\",\"desc\":\"three events\"},{\"value\":\"t\",\"desc\":\"\",\"separator\":\",\"}]";
}

API void* plugin_open(void* handle, const char* params, abi_rc* rc) {
  state* s = handle;
  s->opened++;
  s->log(s->owner, "open", params, ABI_LOG_WARNING);
  if (strcmp(params, "slow fail") == 0) usleep(200000);
  if (strstr(params, "fail") != NULL) {
    s->error = "open was told to fail";
    *rc = ABI_FAILURE;
    return NULL;
  }
  instance* in = calloc(1, sizeof(*in));
  in->letters = strdup(params);
  *rc = ABI_SUCCESS;
  return in;
}

static void forget(instance* in) {
  for (uint32_t i = 0; i < in->count; i++) {
    if (in->events[i] == NULL) continue;
    memset(in->events[i], 0xdd, in->events[i]->len);
    free(in->events[i]);
  }
  in->count = 0;
}

#ifndef NO_CLOSE
API void plugin_close(void* handle, void* opened) {
  state* s = handle;
  instance* in = opened;
  s->closed++;
  if (in == NULL) return;
  forget(in);
  free((char*)in->letters);
  free(in);
}
#endif

static void write_u32(abi_event* event, size_t offset, uint32_t value) {
  memcpy((char*)event + offset, &value, sizeof(value));
}

/* The payload is "event N", where N counts the instance's events from 1; the time is N too. */
static abi_event* add_event(instance* in) {
  char payload[32];
  uint32_t length = (uint32_t)sprintf(payload, "event %u", ++in->made);
  abi_event* event = malloc(ABI_PAYLOAD_OFFSET + length);
  event->ts = in->made;
  event->tid = 1;
  event->len = ABI_PAYLOAD_OFFSET + length;
  event->type = ABI_PLUGIN_EVENT_TYPE;
  event->nparams = ABI_PLUGIN_EVENT_PARAMS;
  write_u32(event, 26, 4);
  write_u32(event, 30, length);
  write_u32(event, 34, PLUGIN_ID);
  memcpy((char*)event + ABI_PAYLOAD_OFFSET, payload, length);
  in->events[in->count++] = event;
  return event;
}

static void add_events(instance* in, int count) {
  while (count-- > 0) add_event(in);
}

API abi_rc plugin_next_batch(void* handle, void* opened, uint32_t* count, abi_event*** events) {
  state* s = handle;
  instance* in = opened;
  forget(in);
  abi_rc rc = ABI_SUCCESS;
  char letter = in->letters[in->at];
  if (letter != '\0') in->at++;
  s->error = "next_batch was told to fail";
  *events = in->events;
  switch (letter) {
    case 'e': add_events(in, 1); break;                      /* one event */
    case 'E': add_events(in, 3); break;                      /* three events */
    case 's': usleep(300000); add_events(in, 1); break;      /* an event, slowly */
    case 't': rc = ABI_TIMEOUT; break;                       /* none yet */
    case 'f': rc = ABI_FAILURE; break;                       /* failure */
    case 'u': rc = ABI_NOT_SUPPORTED; break;                 /* another code that is a failure */
    case 'F': add_events(in, 2); rc = ABI_FAILURE; break;    /* two events, then failure */
    case 'D': add_events(in, 2); rc = ABI_EOF; break;        /* two events, then the end */
    case 'T': add_events(in, 2); rc = ABI_TIMEOUT; break;    /* two events, then none yet */
    case '0': break;                                         /* success with nothing */
    case 'n': add_events(in, 1); *events = NULL; break;      /* no list */
    case 'p': add_events(in, 1); in->events[in->count++] = NULL; break; /* a null event after a good one */
    case 'w': add_event(in)->type = 4; break;                /* not a plugin event */
    case 'l': write_u32(add_event(in), 30, 5000); break;     /* a payload longer than the event */
    case 'h': add_event(in)->len = 30; break;                /* an event shorter than its header */
    case 'i': write_u32(add_event(in), 34, 5); break;        /* another plugin's ID */
    case 'z': {                                              /* what the framework fills in */
      abi_event* event = add_event(in);
      write_u32(event, 34, 0);
      event->ts = UINT64_MAX;
      break;
    }
    default: rc = ABI_EOF;
  }
  if (rc == ABI_FAILURE) s->log(s->owner, "next", "failing", ABI_LOG_ERROR);
  *count = in->count;
  return rc;
}

API const char* plugin_get_progress(void* handle, void* opened, uint32_t* progress) {
  (void)handle;
  instance* in = opened;
  *progress = (uint32_t)(10000 * in->at / (strlen(in->letters) + 1));
  return "as told";
}

#ifndef NO_GET_FIELDS
API const char* plugin_get_fields(void) { return FIELDS; }
#endif

/* `slot` is the field's position among those of one call, in which the same field may come with several arguments. */
static abi_rc extract(state* s, const abi_event_input* event, abi_extract_field* field, uint32_t slot) {
  static uint64_t number, numbers[2];
  static uint32_t boolean, booleans[2];
  static const char *string, *strings[2];
  static abi_byte_buffer buffer;
  const char* name = field->field + strlen("test.");
  uint32_t length = event->evt->len - ABI_PAYLOAD_OFFSET;
  field->res_len = 1;
  field->res.u64 = &number;
  if (strcmp(name, "payload") == 0) {
    s->text = realloc(s->text, length + 1);
    memcpy(s->text, (const char*)event->evt + ABI_PAYLOAD_OFFSET, length);
    s->text[length] = '\0';
    string = s->text;
    field->res.str = &string;
  } else if (strcmp(name, "length") == 0) {
    number = length;
  } else if (strcmp(name, "time") == 0) {
    static uint64_t time;
    time = event->evt->ts;
    field->res.u64 = &time;
  } else if (strcmp(name, "duration") == 0) {
    static uint64_t duration = 5;
    field->res.u64 = &duration;
  } else if (strcmp(name, "odd") == 0) {
    boolean = event->evtnum % 2;
    field->res.boolean = &boolean;
  } else if (strcmp(name, "ip") == 0) {
    buffer = (abi_byte_buffer){4, "\x7f\0\0\x01"};
    field->res.buf = &buffer;
  } else if (strcmp(name, "net") == 0) {
    static abi_byte_buffer net = {16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"};
    field->res.buf = &net;
  } else if (strcmp(name, "words") == 0) {
    strings[0] = "one";
    strings[1] = "";
    field->res.str = strings;
    field->res_len = 2;
  } else if (strcmp(name, "numbers") == 0) {
    numbers[0] = 1;
    numbers[1] = UINT64_MAX;
    field->res.u64 = numbers;
    field->res_len = 2;
  } else if (strcmp(name, "flags") == 0) {
    booleans[0] = 0;
    booleans[1] = 7;
    field->res.boolean = booleans;
    field->res_len = 2;
  } else if (strcmp(name, "key") == 0) {
    static const char* keys[16];
    keys[slot % 16] = field->arg_key;
    field->res.str = &keys[slot % 16];
  } else if (strcmp(name, "index") == 0) {
    static uint64_t indexes[16];
    indexes[slot % 16] = field->arg_index;
    field->res.u64 = &indexes[slot % 16];
    field->res_len = field->arg_present;
  } else if (strcmp(name, "failing") == 0) {
    return ABI_FAILURE;
  } else if (strcmp(name, "nullresult") == 0) {
    field->res.u64 = NULL;
  } else if (strcmp(name, "nullstring") == 0) {
    static const char* nothing = NULL;
    field->res.str = &nothing;
  } else if (strcmp(name, "toomany") == 0) {
    strings[0] = strings[1] = "x";
    field->res.str = strings;
    field->res_len = 2;
  } else if (strcmp(name, "number") == 0) {
    static uint64_t evtnum;
    evtnum = event->evtnum;
    field->res.u64 = &evtnum;
  } else {
    field->res_len = 0;
  }
  return ABI_SUCCESS;
}

API abi_rc plugin_extract_fields(void* handle, const abi_event_input* event, const abi_extract_input* input) {
  for (uint32_t i = 0; i < input->num_fields; i++) {
    if (extract(handle, event, &input->fields[i], i) != ABI_SUCCESS) return ABI_FAILURE;
  }
  return ABI_SUCCESS;
}
