/*
 * Drives libdocker.so as Falco does, through everything that a state and its sources can go through, several times
 * over. It and the library are built with the sanitizers, which end it with a code of their own when they find something.
 *
 *   driver CONFIG REPLAY     goes through all, prints figures; 0, or 1 when the plugin did not do as it should
 *   driver FAULT             makes one fault that the sanitizers must find: freed, overflow, leak or undefined
 *
 * CONFIG is an init_config as a JSON object, with a folder of captures; REPLAY are open params of a capture that takes
 * seconds to replay at the speed of its recording.
 */
#include <signal.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>

#include "abi/plugin_functions.h"
#include "contexts.h"
#include "faults.h"
#include "read_event.h"
#include "require.h"
#include "state.h"

namespace {

constexpr int kRounds = 3;

void kill_host() {
  std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
  pid_t host = 0;
  require(static_cast<bool>(children >> host), "there is a source host to kill");
  kill(host, SIGKILL);
}

// Replays to the end, or only the first batch; gives the number of events.
enum class Until { end, first_batch };
std::uint64_t replay(const State& state, const std::string& params, Until until, bool kills_host) {
  void* instance = state.open(params);
  std::uint64_t number = 0;
  std::size_t bytes = 0;
  while (true) {
    std::uint32_t count = 0;
    abi_event** events = nullptr;
    const abi_rc rc = plugin_next_batch(state.get(), instance, &count, &events);
    require(rc != ABI_FAILURE, std::string("the replay goes on: ") + plugin_get_last_error(state.get()));
    for (std::uint32_t i = 0; i < count; ++i) bytes += read_event(state, events[i], ++number);
    std::uint32_t progress = 0;
    bytes += std::strlen(plugin_get_progress(state.get(), instance, &progress));
    require(progress <= 10'000, "progress is at most 100 %");
    if (rc == ABI_EOF || (until == Until::first_batch && number > 0)) break;
    if (kills_host && number > 0) {
      kill_host();
      kills_host = false;
    }
  }
  require(bytes > 0, "events say something");
  plugin_close(state.get(), instance);
  return number;
}

void ask_before_init() {
  std::int32_t type = 0;
  const char* const texts[] = {plugin_get_name(),         plugin_get_version(),      plugin_get_description(),
                               plugin_get_contact(),      plugin_get_event_source(), plugin_get_required_api_version(),
                               plugin_get_init_schema(&type), plugin_get_fields()};
  for (const char* text : texts) require(std::strlen(text) > 0, "everything that is asked before init has an answer");
}

void refuse_configs() {
  constexpr const char* kConfigs[] = {
      "not JSON",           "[]",           "{\"flush\":1}",          "{\"flushinterval\":0}",
      "{\"enrich\":1}",     "{\"enrich_timeout\":-1}",
      "{\"daemon\":\"no\"}", "{\"host\":7}", "{\"host\":\"\",\"host\":\"\"}"};
  for (const char* config : kConfigs) {
    abi_rc rc = ABI_SUCCESS;
    void* state = init(config, rc);
    require(rc == ABI_FAILURE && std::strlen(plugin_get_last_error(state)) > 0, std::string("init refuses ") + config);
    plugin_destroy(state);
  }
}

void list_captures(const State& state) {
  abi_rc rc = ABI_FAILURE;
  const char* list = plugin_list_open_params(state.get(), &rc);
  require(rc == ABI_SUCCESS && std::strstr(list, ".db") != nullptr, "captures are offered as open params");
}

void wait_for_daemon(const State& state, const std::string& params) {
  void* instance = state.open(params);
  for (int i = 0; i < 5; ++i) {
    std::uint32_t count = 0;
    abi_event** events = nullptr;
    require(plugin_next_batch(state.get(), instance, &count, &events) != ABI_FAILURE, "an absent daemon is waited for");
    for (std::uint32_t j = 0; j < count; ++j) read_event(state, events[j], j + 1);
  }
  plugin_close(state.get(), instance);
}

std::uint64_t host_restarts(const State& state) {
  std::uint32_t count = 0;
  const abi_metric* metrics = plugin_get_metrics(state.get(), &count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (std::strcmp(metrics[i].name, "host_restarts") == 0) return metrics[i].value.u64;
  }
  return 0;
}

void go_through_all(const std::string& config, const std::string& params) {
  const std::string absent = "unix:///nowhere/docker.sock";
  ask_before_init();
  refuse_configs();
  const State state(config);
  const Watcher watcher(state);
  list_captures(state);
  read_contexts(state);
  const std::uint64_t events = replay(state, params, Until::end, false);
  require(replay(state, params + "?speed=4", Until::end, true) == events, "a killed host costs no event");
  require(host_restarts(state) == 1, "a killed host is started again");
  require(replay(state, params + "?speed=4", Until::first_batch, false) <= events, "a replay can be left early");
  for (const char* refused : {"nonsense", "capture:/nowhere/none.db", "capture:/dev/null", "live?speed=1", "%"}) {
    state.fail_to_open(refused);
  }
  wait_for_daemon(state, absent);
  wait_for_daemon(state, absent);
  const State impatient(config.substr(0, config.rfind('}')) + ",\"daemon\":\"fail\"}");
  impatient.fail_to_open(absent);
  impatient.open(params);  // which destroy then closes
  std::printf("%" PRIu64 " events replayed, %u lines logged\n", events, log_lines.exchange(0));
}

}  // namespace

int main(int argc, char** argv) {
  require(argc == 2 || argc == 3, "there are a config and a replay, or a fault");
  if (argc == 2) {
    make_fault(argv[1]);
    return 0;
  }
  for (int round = 0; round < kRounds; ++round) go_through_all(argv[1], argv[2]);
  return 0;
}
