/* What goes on beside the commands: threads, as Falco's web server and config watcher, and the signals of its ticker. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "loader.h"

enum { MAX_THREADS = 16 };

static pthread_t threads[MAX_THREADS];
static int thread_count;
static atomic_bool spinning;
static atomic_ulong calls, bad_calls;

/* What is counted never goes back: in an answer that threads of several states share, it would. */
static void* spin_metrics(void* state) {
  uint64_t last_events = 0;
  while (spinning) {
    uint32_t count = 0;
    const abi_metric* metrics = plugin.get_metrics(state, &count);
    if (count == 0) bad_calls++;
    for (uint32_t i = 0; i < count; i++) {
      if (strcmp(metrics[i].name, "events") != 0) continue;
      if (metrics[i].value.u64 < last_events) bad_calls++;
      last_events = metrics[i].value.u64;
    }
    calls++;
  }
  return NULL;
}

static void* spin_init(void* config) {
  while (spinning) {
    abi_rc rc = ABI_FAILURE;
    void* state = init_state(config, &rc);
    if (rc != ABI_SUCCESS) bad_calls++;
    plugin.destroy(state);
    calls++;
  }
  free(config);
  return NULL;
}

void do_spin(char* rest) {
  if (!spinning) calls = bad_calls = 0;
  spinning = true;
  if (strcmp(next_word(&rest), "init") == 0) {
    pthread_create(&threads[thread_count++], NULL, spin_init, strdup(rest));
  } else {
    void* state = pointer_of(next_word(&rest));
    for (int wanted = atoi(rest); wanted > 0 && thread_count < MAX_THREADS; wanted--) {
      pthread_create(&threads[thread_count++], NULL, spin_metrics, state);
    }
  }
  puts("{}");
}

void do_unspin(char* rest) {
  (void)rest;
  spinning = false;
  while (thread_count > 0) pthread_join(threads[--thread_count], NULL);
  printf("{\"calls\":%lu,\"bad\":%lu}\n", calls, bad_calls);
}

static void tick(int signal) { (void)signal; }

void do_ticker(char* rest) {
  const struct sigaction action = {.sa_handler = tick}; /* without SA_RESTART, so that calls fail with EINTR */
  const struct timeval interval = {.tv_usec = atoi(rest)};
  const struct itimerval timer = {interval, interval};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
  puts("{}");
}
