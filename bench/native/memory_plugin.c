/*
 * The plugin of LIBRARY, a macro, with events from memory: everything else, such as the extractor, is that plugin's. Open
 * params are `memory:PATH`, of a file of lines "TIME PAYLOAD", or `memory:PATH?first` for its first event alone; both read
 * all of the file in open, so that the difference of the two is what Falco takes for the events.
 */
#include <string.h>

#include "plugin.h"

enum { BATCH = 1024, PLUGIN_ID = 5 };

static const char scheme[] = "memory:";

struct instance {
  char* bytes;
  abi_event** events;
  uint32_t count;
  uint32_t next;
};

static void* original(const char* name) {
  static void* library;
  if (library == NULL) library = load_library(LIBRARY);
  return find_function(library, name);
}

#define FORWARD(type, name, parameters, arguments) \
  type plugin_##name parameters { return ((__typeof__(&plugin_##name))original("plugin_" #name)) arguments; }

FORWARD(const char*, get_required_api_version, (void), ())
FORWARD(const char*, get_version, (void), ())
FORWARD(const char*, get_name, (void), ())
FORWARD(const char*, get_description, (void), ())
FORWARD(const char*, get_contact, (void), ())
FORWARD(const char*, get_init_schema, (int32_t * type), (type))
FORWARD(void*, init, (const abi_init_input* input, abi_rc* rc), (input, rc))
FORWARD(void, destroy, (void* state), (state))
FORWARD(const char*, get_last_error, (void* state), (state))
FORWARD(uint32_t, get_id, (void), ())
FORWARD(const char*, get_event_source, (void), ())
FORWARD(const char*, get_fields, (void), ())

/* Asked for each field of each event: found once. */
abi_rc plugin_extract_fields(void* state, const abi_event_input* event, const abi_extract_input* input) {
  static __typeof__(&plugin_extract_fields) extract_fields;
  if (extract_fields == NULL) extract_fields = original("plugin_extract_fields");
  return extract_fields(state, event, input);
}

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) fail("cannot open %s", path);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char* bytes = malloc(*size + 1);
  if (fread(bytes, 1, *size, file) != *size) fail("cannot read %s", path);
  bytes[*size] = '\0';
  fclose(file);
  return bytes;
}

/* Makes the event of a line at `to`; returns where the next one can be. */
static char* make_event(char* line, const char* end, char* to) {
  char* payload;
  abi_event* event = (abi_event*)to;
  event->ts = strtoull(line, &payload, 10);
  payload++;
  const uint32_t length = (uint32_t)(end - payload);
  event->tid = UINT64_MAX;
  event->len = ABI_PAYLOAD_OFFSET + length;
  event->type = ABI_PLUGIN_EVENT_TYPE;
  event->nparams = ABI_PLUGIN_EVENT_PARAMS;
  const uint32_t parameters[3] = {sizeof(uint32_t), length, PLUGIN_ID};
  memcpy(to + sizeof(*event), parameters, sizeof(parameters));
  memcpy(to + ABI_PAYLOAD_OFFSET, payload, length);
  return to + event->len;
}

void* plugin_open(void* state, const char* params, abi_rc* rc) {
  (void)state;
  if (strncmp(params, scheme, strlen(scheme)) != 0) fail("open params are %sPATH, not %s", scheme, params);
  char* path = strdup(params + strlen(scheme));
  char* query = strchr(path, '?');
  if (query != NULL) *query = '\0';

  size_t size;
  char* lines = read_file(path, &size);
  struct instance* instance = calloc(1, sizeof(*instance));
  uint32_t count = 0;
  for (const char* at = lines; (at = strchr(at, '\n')) != NULL; at++) count++;
  instance->bytes = malloc(size + (size_t)count * ABI_PAYLOAD_OFFSET);
  instance->events = malloc(count * sizeof(*instance->events));
  char* to = instance->bytes;
  for (char *line = lines, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    instance->events[instance->count++] = (abi_event*)to;
    to = make_event(line, end, to);
  }
  if (query != NULL) instance->count = 1;
  free(lines);
  free(path);
  *rc = ABI_SUCCESS;
  return instance;
}

void plugin_close(void* state, void* opened) {
  (void)state;
  struct instance* instance = opened;
  if (instance == NULL) return;
  free(instance->events);
  free(instance->bytes);
  free(instance);
}

abi_rc plugin_next_batch(void* state, void* opened, uint32_t* num_events, abi_event*** events) {
  (void)state;
  struct instance* instance = opened;
  const uint32_t left = instance->count - instance->next;
  *num_events = left < BATCH ? left : BATCH;
  *events = instance->events + instance->next;
  instance->next += *num_events;
  return *num_events > 0 ? ABI_SUCCESS : ABI_EOF;
}
