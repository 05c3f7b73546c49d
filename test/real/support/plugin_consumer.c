/*
 * A plugin's host that consumes events as Falco does. plugin_consumer LIBRARY OPEN_PARAMS INIT_CONFIG FILE appends the
 * payload of each event that it consumed to FILE, a line each; it has the plugin write each of these, one after the other.
 * It prints `opened` when it has opened the source, and the plugin's metrics, `NAME=VALUE …`, when it closes it. What the
 * plugin logs goes to standard error.
 *
 * SIGHUP: it consumes a part of a batch, closes, destroys, unloads, loads, inits and opens, which is the order of Falco's
 * hot reload. SIGTERM: it consumes a part of a batch, closes, destroys, and ends.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>

#include "abi/plugin_functions.h"
#include "plugin.h"

static volatile sig_atomic_t reload, stop;

static void on_signal(int number) {
  if (number == SIGTERM) stop = 1;
  reload = 1;
}

static void consume(void* library, void* state, const abi_event* event, uint64_t number, FILE* file) {
  FIND(library, event_to_string);
  const abi_event_input input = {.evt = event, .evtnum = number, .evtsrc = "docker"};
  if (event_to_string(state, &input) == NULL) fail("no text of event %" PRIu64, number);
  fwrite((const char*)event + ABI_PAYLOAD_OFFSET, 1, event->len - ABI_PAYLOAD_OFFSET, file);
  putc('\n', file);
}

static void print_metrics(void* library, void* state) {
  FIND(library, get_metrics);
  uint32_t count = 0;
  const abi_metric* metrics = get_metrics(state, &count);
  for (uint32_t i = 0; i < count; i++) printf("%s=%" PRIu64 "%s", metrics[i].name, metrics[i].value.u64, i + 1 < count ? " " : "\n");
}

static void print_line(void* owner, const char* component, const char* message, int32_t severity) {
  (void)owner;
  (void)component;
  fprintf(stderr, "%d: %s\n", severity, message);
}

static void* init_state(void* library, const char* config) {
  FIND(library, init);
  FIND(library, get_last_error);
  const abi_init_input input = {.config = config, .log = print_line};
  abi_rc rc = ABI_FAILURE;
  void* state = init(&input, &rc);
  if (rc != ABI_SUCCESS) fail("init: %s", state == NULL ? "no state" : get_last_error(state));
  return state;
}

/* From load to unload. */
static void live(const char* path, const char* params, const char* config, FILE* file) {
  void* library = load_library(path);
  FIND(library, open);
  FIND(library, next_batch);
  FIND(library, close);
  FIND(library, destroy);
  FIND(library, get_last_error);
  void* state = init_state(library, config);
  abi_rc rc = ABI_FAILURE;
  void* instance = open(state, params, &rc);
  if (rc != ABI_SUCCESS) fail("open: %s", get_last_error(state));
  puts("opened");
  for (uint64_t number = 0; !reload;) {
    uint32_t count = 0;
    abi_event** events = NULL;
    rc = next_batch(state, instance, &count, &events);
    if (rc != ABI_SUCCESS && rc != ABI_TIMEOUT) fail("next_batch: %s", get_last_error(state));
    // Between two events Falco looks for a signal, and leaves the rest of a batch.
    const uint32_t consumed = reload ? (uint32_t)rand() % (count + 1) : count;
    for (uint32_t i = 0; i < consumed; i++) consume(library, state, events[i], ++number, file);
    if (fflush(file) != 0) fail("the file cannot be written");
  }
  print_metrics(library, state);
  close(state, instance);
  destroy(state);
  if (dlclose(library) != 0) fail("%s", dlerror());
}

int main(int argc, char** argv) {
  if (argc != 5) fail("usage: plugin_consumer LIBRARY OPEN_PARAMS INIT_CONFIG FILE");
  FILE* file = fopen(argv[4], "a");
  if (file == NULL) fail("cannot write %s", argv[4]);
  setlinebuf(stdout);
  const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGHUP, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  while (!stop) {
    reload = 0;
    if (stop) break; // it came between the two
    live(argv[1], argv[2], argv[3], file);
  }
  return 0;
}
