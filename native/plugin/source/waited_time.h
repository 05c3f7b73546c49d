#pragma once

#include "plugin/deadline.h"

namespace docktape {

// How long we have waited for something. It passes only while we wait: neither while Falco is busy with its events, nor
// while our process is stopped and everything else with it.
class WaitedTime {
 public:
  void restart() { total_ = Clock::duration::zero(); }
  bool exceeds(Milliseconds limit) const { return total_ >= limit; }

  // Runs `wait`, which lasts until the deadline at the longest.
  template <typename Wait>
  auto during(const Deadline& deadline, Wait wait) {
    const Milliseconds asked(deadline.remaining_ms());
    const Clock::time_point begin = Clock::now();
    const auto result = wait();
    total_ += std::min<Clock::duration>(Clock::now() - begin, asked);
    return result;
  }

 private:
  Clock::duration total_{};
};

}  // namespace docktape
