#pragma once

#include <memory>
#include <optional>
#include <string>

#include "events.h"
#include "state.h"

namespace docktape {

/** How far a source is, as the plugin says: hundredths of a percent, and its own words. */
struct Progress {
  uint32_t hundredths;
  std::string text;
};

/** An open event source of a plugin. `close` is called with the object's end at the latest. */
class Instance {
public:
  /** Throws std::runtime_error with the plugin's reason when it refuses. */
  Instance(std::shared_ptr<State> state, const std::string& params);
  ~Instance() { Close(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  enum class Outcome { kEvents, kTimeout, kEnd };

  /**
   * Asks for events; `events` gets them, and they last until the next call. Events that come with a code other than
   * success are given first, the code with the next call. Throws std::runtime_error with the plugin's reason for a
   * failure.
   */
  Outcome Next(Events& events);

  std::optional<Progress> AskProgress() const;
  void Close();

  const std::shared_ptr<State>& state() const { return state_; }

private:
  Outcome Report();

  std::shared_ptr<State> state_;
  void* handle_ = nullptr;
  bool open_ = false;

  /** What the last next_batch returned, and the reason if that was a failure. */
  abi_rc code_ = ABI_SUCCESS;
  std::string failure_;
};

}  // namespace docktape
