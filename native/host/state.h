#pragma once

#include <atomic>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dictionary.h"
#include "library.h"

namespace docktape {

/** A line that the plugin logged. */
struct LogLine {
  int32_t severity;
  std::optional<std::string> component;
  std::string text;
};

/** A field to extract, with the members of the ABI's extract field that do not change from event to event. */
struct Request {
  uint32_t id;
  std::string name;
  uint32_t type;
  bool is_list;
  std::optional<std::string> key;
  std::optional<uint64_t> index;

  /** The field's values, kept from batch to batch while they are few; value.h says how they are written. */
  Dictionary values;
};

/** What `init` of a plugin made. `destroy` is called with the object's end at the latest. */
class State {
public:
  explicit State(const std::string& path): library(path) {}
  ~State() { Destroy(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /** Throws std::runtime_error with the plugin's reason when it refuses. */
  void Init(const std::string& config);
  void Destroy();

  /** What the plugin says of the call that just failed. */
  std::string LastError() const;

  /** Throws std::runtime_error with the plugin's reason. Empty when it has no such function. */
  std::optional<std::string> ListOpenParams() const;

  /** The plugin logs from any thread; its lines wait here for Node's. */
  std::vector<LogLine> TakeLogs();

  /** The ABI's get_owner_last_error. We, the owner, offer a plugin no call that could fail. */
  static const char* OwnerLastError(void* owner);

  const Library library;
  void* handle = nullptr;
  std::vector<Request> requests;

  /**
   * The number of the next event that this state sees. No two events of a state share one, whatever source they come
   * from: plugins keep the parsed event by its number.
   */
  std::atomic<uint64_t> next_number{1};

  /** Where the events of the last wrap are. */
  std::vector<uint8_t> wrapped;

private:
  static void Log(void* owner, const char* component, const char* text, int32_t severity) noexcept;

  std::mutex logs_mutex_;
  std::vector<LogLine> logs_;
};

}  // namespace docktape
