// A state of the plugin, and who else looks at it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include "abi/plugin_functions.h"
#include "require.h"

inline std::atomic<unsigned> log_lines{0};

inline void keep_log(void*, const char*, const char* message, std::int32_t) { log_lines += std::strlen(message) > 0; }

inline void* init(const std::string& config, abi_rc& rc) {
  abi_init_input input{};
  input.config = config.c_str();
  input.log = keep_log;
  return plugin_init(&input, &rc);
}

// A state, from init to destroy.
class State {
 public:
  explicit State(const std::string& config) {
    abi_rc rc = ABI_FAILURE;
    state_ = init(config, rc);
    require(rc == ABI_SUCCESS, "init takes " + config + ": " + plugin_get_last_error(state_));
  }
  ~State() { plugin_destroy(state_); }
  void* get() const { return state_; }

  void* open(const std::string& params) const {
    abi_rc rc = ABI_FAILURE;
    void* instance = plugin_open(state_, params.c_str(), &rc);
    require(rc == ABI_SUCCESS, "open takes " + params + ": " + plugin_get_last_error(state_));
    return instance;
  }
  void fail_to_open(const std::string& params) const {
    abi_rc rc = ABI_SUCCESS;
    void* instance = plugin_open(state_, params.c_str(), &rc);
    require(rc == ABI_FAILURE, "open refuses " + params);
    require(std::strlen(plugin_get_last_error(state_)) > 0, "open says why it refuses " + params);
    plugin_close(state_, instance);
  }

 private:
  void* state_;
};

// A thread that asks for metrics, as Falco's web server does at any time.
class Watcher {
 public:
  explicit Watcher(const State& state) : thread_([this, &state] { watch(state); }) {}
  ~Watcher() {
    over_ = true;
    thread_.join();
  }

 private:
  void watch(const State& state) {
    while (!over_) {
      std::uint32_t count = 0;
      const abi_metric* metrics = plugin_get_metrics(state.get(), &count);
      std::uint64_t sum = 0;
      for (std::uint32_t i = 0; i < count; ++i) sum += metrics[i].value.u64 + std::strlen(metrics[i].name);
      require(sum > 0, "there are metrics");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::atomic<bool> over_{false};
  std::thread thread_;
};
