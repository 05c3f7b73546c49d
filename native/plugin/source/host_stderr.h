#pragma once

#include <string>

#include "plugin/log.h"

namespace docktape {

// What the host writes to standard error. It speaks in frames, so this is what it says when it crashes.
class HostStderr {
 public:
  // Reads what is there from the non-blocking pipe and logs its lines. False when the pipe has ended.
  bool drain(int pipe, const Log& log);

  // The line that tells most about a crash; empty when nothing was written.
  std::string reason() const;

 private:
  void take(std::string_view text, const Log& log);

  std::string recent_;
  std::string line_;
};

}  // namespace docktape
