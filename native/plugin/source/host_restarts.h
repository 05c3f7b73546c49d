#pragma once

#include <optional>

#include "plugin/deadline.h"

namespace docktape {

// When a source host that is gone is started again.
class HostRestarts {
 public:
  void host_started() { started_ = Clock::now(); }

  // How long to wait before the next one is started. `is_replay` and whether this host has `moved_on`, that is, has
  // delivered events of a replay. None: it is to be given up.
  std::optional<Milliseconds> pause(bool is_replay, bool moved_on);

 private:
  Clock::time_point started_;
  unsigned in_vain_ = 0;  // in a row
};

}  // namespace docktape
