/*
 * Extracts fields from events as Falco does: one field a call, event after event.
 * extract LIBRARY LINES FIELD… prints {"first":…,"further":…}: nanoseconds for the first field of an event and for each
 * further one, each the median of several rounds. LINES is a file of payloads, a FIELD is `ID:TYPE:NAME` or
 * `ID:TYPE:NAME:KEY`.
 */
#include <string.h>

#include "plugin.h"

enum { ROUNDS = 9, MAX_FIELDS = 32 };

static __typeof__(&plugin_extract_fields) extract_fields;
static void* state;
static const char* source;

static abi_extract_field fields[MAX_FIELDS];
static abi_event** events;
static size_t event_count;

static char* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) fail("cannot open %s", path);
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  char* bytes = malloc(*size);
  if (fread(bytes, 1, *size, file) != *size) fail("cannot read %s", path);
  fclose(file);
  return bytes;
}

static abi_event* make_event(const char* payload, uint32_t length, uint32_t plugin_id) {
  const uint32_t head[3] = {sizeof(uint32_t), length, plugin_id};
  abi_event* event = malloc(ABI_PAYLOAD_OFFSET + length);
  event->ts = 1700000000000000000;
  event->tid = UINT64_MAX;
  event->len = ABI_PAYLOAD_OFFSET + length;
  event->type = ABI_PLUGIN_EVENT_TYPE;
  event->nparams = ABI_PLUGIN_EVENT_PARAMS;
  memcpy((char*)event + sizeof(*event), head, sizeof(head));
  memcpy((char*)event + ABI_PAYLOAD_OFFSET, payload, length);
  return event;
}

static void read_events(const char* path, uint32_t plugin_id) {
  size_t size = 0;
  const char* bytes = read_file(path, &size);
  const char* end = bytes + size;
  for (const char *at = bytes, *next; at < end; at = next + 1) {
    next = memchr(at, '\n', (size_t)(end - at));
    if (next == NULL) fail("%s does not end with a newline", path);
    events = realloc(events, (event_count + 1) * sizeof(*events));
    events[event_count++] = make_event(at, (uint32_t)(next - at), plugin_id);
  }
}

/* Takes the words of `text` apart where they are. */
static abi_extract_field read_field(char* text) {
  abi_extract_field field = {0};
  field.field_id = (uint32_t)strtoul(strsep(&text, ":"), NULL, 10);
  field.ftype = (uint32_t)strtoul(strsep(&text, ":"), NULL, 10);
  field.field = strsep(&text, ":");
  field.arg_key = text;
  field.arg_present = text != NULL;
  return field;
}

/* Seconds for `count` fields of every event. Numbers go on, as an event's number is its identity. */
static double run(uint32_t count) {
  static uint64_t number;
  uint64_t found = 0;
  const double start = now();
  for (size_t i = 0; i < event_count; i++) {
    const abi_event_input event = {events[i], ++number, source};
    for (uint32_t f = 0; f < count; f++) {
      const abi_extract_input input = {.num_fields = 1, .fields = &fields[f]};
      fields[f].res_len = 0;
      if (extract_fields(state, &event, &input) != ABI_SUCCESS) fail("extract_fields failed at %s", fields[f].field);
      found += fields[f].res_len;
    }
  }
  const double seconds = now() - start;
  if (found == 0) fail("no event has any of the fields");
  return seconds;
}

static int compare(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

int main(int argc, char** argv) {
  if (argc < 5 || argc - 3 > MAX_FIELDS) fail("usage: extract LIBRARY LINES FIELD FIELD…");
  void* library = load_library(argv[1]);
  FIND(library, get_id);
  FIND(library, get_event_source);
  extract_fields = find_function(library, "plugin_extract_fields");
  source = get_event_source();
  state = make_state(library, "{}");
  read_events(argv[2], get_id());
  const uint32_t count = (uint32_t)argc - 3;
  for (uint32_t i = 0; i < count; i++) fields[i] = read_field(argv[3 + i]);

  double first[ROUNDS], further[ROUNDS];
  run(count);  // so that nothing is done for the first time
  for (int round = 0; round < ROUNDS; round++) {
    const double one = run(1);
    first[round] = one / (double)event_count;
    further[round] = (run(count) - one) / (double)event_count / (count - 1);
  }
  qsort(first, ROUNDS, sizeof(*first), compare);
  qsort(further, ROUNDS, sizeof(*further), compare);
  printf("{\"first\":%.2f,\"further\":%.2f}\n", first[ROUNDS / 2] * 1e9, further[ROUNDS / 2] * 1e9);
  return 0;
}
