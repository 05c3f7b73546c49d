/* The extraction capability, on events that the loader makes by hand in slots whose addresses never change. */
#include "loader.h"

enum { SLOTS = 4, SLOT_BYTES = 8 << 20, MAX_FIELDS = 128, MAX_KEY = 256 };

struct slot {
  char* bytes;
  uint64_t number;
};

static struct slot* slot_of(const char* word) {
  static struct slot slots[SLOTS];
  struct slot* slot = &slots[(unsigned)atoi(word) % SLOTS];
  if (slot->bytes == NULL) slot->bytes = calloc(1, SLOT_BYTES);
  return slot;
}

static abi_event_input input_of(const struct slot* slot) {
  return (abi_event_input){(const abi_event*)slot->bytes, slot->number, plugin.get_event_source()};
}

static int hex_digit(char digit) { return digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10; }

/* Decodes hex digits up to a blank or the end; returns how many bytes there were. */
static size_t read_hex(const char* text, char* bytes) {
  size_t size = 0;
  while (text != NULL && text[0] > ' ' && text[1] > ' ') {
    bytes[size++] = (char)(hex_digit(text[0]) << 4 | hex_digit(text[1]));
    text += 2;
  }
  return size;
}

void do_event(char* rest) {
  struct slot* slot = slot_of(next_word(&rest));
  slot->number = strtoull(next_word(&rest), NULL, 10);
  const uint64_t ts = strtoull(next_word(&rest), NULL, 10);
  const uint32_t plugin_id = (uint32_t)strtoul(next_word(&rest), NULL, 10);
  const uint32_t payload = (uint32_t)read_hex(rest, slot->bytes + ABI_PAYLOAD_OFFSET);
  const uint32_t params[3] = {sizeof(plugin_id), payload, plugin_id};
  const abi_event header = {.ts = ts, .tid = UINT64_MAX, .len = ABI_PAYLOAD_OFFSET + payload,
                            .type = ABI_PLUGIN_EVENT_TYPE, .nparams = ABI_PLUGIN_EVENT_PARAMS};
  memcpy(slot->bytes, &header, sizeof(header));
  memcpy(slot->bytes + sizeof(header), params, sizeof(params));
  puts("{}");
}

void do_raw(char* rest) {
  struct slot* slot = slot_of(next_word(&rest));
  slot->number = strtoull(next_word(&rest), NULL, 10);
  read_hex(rest, slot->bytes);
  puts("{}");
}

static void put_list(const abi_extract_field* field) {
  putchar('[');
  for (uint64_t i = 0; i < field->res_len; i++) {
    if (i > 0) putchar(',');
    put_text(field->res.str[i]);
  }
  putchar(']');
}

static void put_value(const abi_extract_field* field) {
  if (field->res_len == 0) fputs("null", stdout);
  else if (field->flist) put_list(field);
  else if (field->ftype == ABI_STRING) put_text(field->res.str[0]);
  else if (field->ftype == ABI_BOOL) fputs(field->res.boolean[0] ? "true" : "false", stdout);
  else printf("\"%" PRIu64 "\"", field->res.u64[0]);
}

void do_extract(char* rest) {
  static char keys[MAX_FIELDS][MAX_KEY];
  void* state = pointer_of(next_word(&rest));
  const abi_event_input event = input_of(slot_of(next_word(&rest)));
  abi_extract_field fields[MAX_FIELDS] = {0};
  uint32_t count = 0;
  for (char* word; count < MAX_FIELDS && (word = next_word(&rest)) != NULL; count++) {
    abi_extract_field* field = &fields[count];
    field->field_id = (uint32_t)strtoul(strsep(&word, ":"), NULL, 10);
    field->ftype = (uint32_t)strtoul(strsep(&word, ":"), NULL, 10);
    field->flist = (uint32_t)strtoul(strsep(&word, ":"), NULL, 10);
    field->field = strsep(&word, ":");
    if (word == NULL) continue;
    keys[count][read_hex(word, keys[count])] = '\0';
    field->arg_key = keys[count];
    field->arg_present = 1;
  }
  const abi_extract_input input = {.num_fields = count, .fields = fields};
  put_result(plugin.extract_fields(state, &event, &input), state);
  fputs(",\"values\":[", stdout);
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) putchar(',');
    put_value(&fields[i]);
  }
  puts("]}");
}

void do_tostring(char* rest) {
  void* state = pointer_of(next_word(&rest));
  const abi_event_input event = input_of(slot_of(rest));
  fputs("{\"text\":", stdout);
  put_text(plugin.event_to_string(state, &event));
  puts("}");
}
