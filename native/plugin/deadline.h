#pragma once

#include <algorithm>
#include <chrono>

namespace docktape {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// A moment by which something must have happened, on a clock that nobody sets.
class Deadline {
 public:
  explicit Deadline(Milliseconds from_now) : at_(Clock::now() + from_now) {}

  bool passed() const { return Clock::now() >= at_; }

  // What is left for poll(2), rounded up so that a caller does not spin through the last millisecond.
  int remaining_ms() const {
    const auto left = std::chrono::ceil<Milliseconds>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, 1'000'000));
  }

  bool operator<(const Deadline& other) const { return at_ < other.at_; }

 private:
  Clock::time_point at_;
};

}  // namespace docktape
