/*
 * Reads a live source through the plugin ABI until so many events have come or were dropped, and closes it.
 * soak LIBRARY OPEN_PARAMS CONFIG WARM EVENTS prints {"events":…,"dropped":…,"seconds":…}: seconds from the first event to the last,
 * and how many. WARM events that come before are not counted. CONFIG is the plugin's, as JSON.
 */
#include <string.h>

#include "plugin.h"

static uint64_t metric(void* library, void* state, const char* name) {
  FIND(library, get_metrics);
  uint32_t count = 0;
  const abi_metric* metrics = get_metrics(state, &count);
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp(metrics[i].name, name) == 0) return metrics[i].value.u64;
  }
  fail("no metric %s", name);
}

int main(int argc, char** argv) {
  if (argc != 6) fail("usage: soak LIBRARY OPEN_PARAMS CONFIG WARM EVENTS");
  void* library = load_library(argv[1]);
  FIND(library, open);
  FIND(library, next_batch);
  FIND(library, close);
  FIND(library, destroy);
  FIND(library, get_last_error);
  void* state = make_state(library, argv[3]);
  abi_rc rc = ABI_FAILURE;
  void* instance = open(state, argv[2], &rc);
  if (rc != ABI_SUCCESS) fail("open: %s", get_last_error(state));

  const uint64_t warm = strtoull(argv[4], NULL, 10);
  const uint64_t expected = warm + strtoull(argv[5], NULL, 10);
  uint64_t events = 0, dropped = 0;
  double first = 0, last = 0;
  while (events + dropped < expected) {
    uint32_t count = 0;
    abi_event** list = NULL;
    rc = next_batch(state, instance, &count, &list);
    if (rc != ABI_SUCCESS && rc != ABI_TIMEOUT) fail("next_batch: %s", get_last_error(state));
    if (count == 0) {
      dropped = metric(library, state, "dropped");
      continue;
    }
    last = now();
    events += count;
    if (first == 0 && events > warm) first = last;
  }
  close(state, instance);
  destroy(state);
  printf("{\"events\":%llu,\"dropped\":%llu,\"seconds\":%.3f}\n", (unsigned long long)(events - warm), (unsigned long long)dropped,
         last - first);
  return 0;
}
