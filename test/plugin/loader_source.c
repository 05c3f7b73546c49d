/* The sourcing capability. */
#include <time.h>

#include "loader.h"

static double now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

void do_open(char* rest) {
  void* state = pointer_of(next_word(&rest));
  struct handle* instance = handle_of(next_word(&rest));
  abi_rc rc = ABI_NOT_SUPPORTED;
  const double start = now_ms();
  instance->pointer = plugin.open(state, rest, &rc);
  instance->number = 0;
  put_result(rc, state);
  printf(",\"instance\":%s,\"ms\":%.1f}\n", instance->pointer == NULL ? "false" : "true", now_ms() - start);
}

void do_close(char* rest) {
  void* state = pointer_of(next_word(&rest));
  plugin.close(state, pointer_of(rest));
  puts("{}");
}

static void put_event(const abi_event* event, uint64_t number) {
  const char* bytes = (const char*)event;
  uint32_t params[3];
  memcpy(params, bytes + sizeof(*event), sizeof(params));
  printf("{\"number\":%" PRIu64 ",\"type\":%d,\"id\":%u", number, event->type, params[2]);
  put_u64_member("ts", event->ts);
  put_u64_member("tid", event->tid);
  fputs(",\"payload\":", stdout);
  put_bytes(bytes + ABI_PAYLOAD_OFFSET, event->len - ABI_PAYLOAD_OFFSET);
  putchar('}');
}

void do_next(char* rest) {
  void* state = pointer_of(next_word(&rest));
  struct handle* instance = handle_of(rest);
  uint32_t count = 0;
  abi_event** events = NULL;
  const double start = now_ms();
  const abi_rc rc = plugin.next_batch(state, instance->pointer, &count, &events);
  const double ms = now_ms() - start;
  instance->batch = events;
  instance->count = count;
  put_result(rc, state);
  printf(",\"ms\":%.1f,\"events\":[", ms);
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) putchar(',');
    put_event(events[i], ++instance->number);
  }
  puts("]}");
}

void do_ask(char* rest) {
  void* state = pointer_of(next_word(&rest));
  const struct handle* instance = handle_of(next_word(&rest));
  const uint32_t wanted = (uint32_t)atoi(rest);
  const uint32_t count = wanted < instance->count ? wanted : instance->count;
  abi_rc rc = ABI_SUCCESS;
  for (uint32_t i = 0; i < count && rc == ABI_SUCCESS; i++) {
    abi_extract_field field = {.ftype = ABI_STRING, .field = "docker.type"};
    const abi_extract_input input = {.num_fields = 1, .fields = &field};
    const abi_event_input event = {instance->batch[i], instance->number - instance->count + i + 1, plugin.get_event_source()};
    rc = plugin.extract_fields(state, &event, &input);
  }
  put_result(rc, state);
  puts("}");
}

void do_drain(char* rest) {
  void* state = pointer_of(next_word(&rest));
  struct handle* instance = handle_of(rest);
  uint64_t total = 0, bytes = 0, batches = 0, timeouts = 0, largest = 0;
  const double start = now_ms();
  abi_rc rc;
  do {
    uint32_t count = 0;
    abi_event** events = NULL;
    rc = plugin.next_batch(state, instance->pointer, &count, &events);
    if (rc == ABI_TIMEOUT) timeouts++;
    if (rc == ABI_SUCCESS) batches++;
    if (count > largest) largest = count;
    for (uint32_t i = 0; i < count; i++) bytes += events[i]->len - ABI_PAYLOAD_OFFSET;
    total += count;
  } while (rc == ABI_SUCCESS || rc == ABI_TIMEOUT);
  instance->number += total;
  put_result(rc, state);
  printf(",\"ms\":%.1f", now_ms() - start);
  put_number_member("events", total);
  put_number_member("bytes", bytes);
  put_number_member("batches", batches);
  put_number_member("timeouts", timeouts);
  put_number_member("largestBatch", largest);
  puts("}");
}

void do_progress(char* rest) {
  void* state = pointer_of(next_word(&rest));
  uint32_t progress = 0;
  const char* text = plugin.get_progress(state, pointer_of(rest), &progress);
  printf("{\"progress\":%u", progress);
  put_text_member("text", text);
  puts("}");
}
