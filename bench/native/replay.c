/*
 * Reads an event source to its end through the plugin ABI, as Falco's library does, but evaluates nothing.
 * replay LIBRARY OPEN_PARAMS prints {"events":…,"openToFirst":…,"firstToEnd":…}: seconds from the call of open to the first
 * batch, and from there to the end; `events` are those of the second stretch.
 */
#include "plugin.h"

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: replay LIBRARY OPEN_PARAMS");
  void* library = load_library(argv[1]);
  FIND(library, open);
  FIND(library, next_batch);
  FIND(library, close);
  FIND(library, destroy);
  FIND(library, get_last_error);
  void* state = make_state(library, "{}");

  const double start = now();
  abi_rc rc = ABI_FAILURE;
  void* instance = open(state, argv[2], &rc);
  if (rc != ABI_SUCCESS) fail("open: %s", get_last_error(state));

  double first = 0;
  uint64_t events = 0;
  uint64_t checksum = 0;
  do {
    uint32_t count = 0;
    abi_event** list = NULL;
    rc = next_batch(state, instance, &count, &list);
    for (uint32_t i = 0; i < count; i++) checksum += list[i]->ts ^ list[i]->len;
    if (first != 0) {
      events += count;
    } else if (count > 0) {
      first = now();
    }
  } while (rc == ABI_SUCCESS || rc == ABI_TIMEOUT);
  const double end = now();
  if (rc != ABI_EOF) fail("next_batch: %s", get_last_error(state));
  if (first == 0) fail("the source gave no event");

  close(state, instance);
  destroy(state);
  printf("{\"events\":%llu,\"openToFirst\":%.9f,\"firstToEnd\":%.9f,\"checksum\":\"%llx\"}\n", (unsigned long long)events,
         first - start, end - first, (unsigned long long)checksum);
  return 0;
}
