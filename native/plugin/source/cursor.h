#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "plugin/source/event_key.h"

namespace docktape {

// How far a live stream has come: what the stream after it must know to neither lose nor repeat what the daemon still
// remembers, which is its last 256 events. Plain data, so that it can be kept in a file. Times are nanoseconds since the
// epoch.
class Cursor {
 public:
  static constexpr std::size_t kMostKeys = 1024;

  // From when on events are wanted: when the first stream was opened; 0 before.
  std::uint64_t wanted_from = 0;
  // Until when the daemon's events are known to have been delivered.
  std::uint64_t ended_at = 0;

  // One more event was delivered.
  void take(const EventKey& key) { keys_[taken_++ % kMostKeys] = key; }

  // Calls `visit` with the keys of the last events that were delivered, the newest last.
  template <typename Visit>
  void each_key(Visit visit) const {
    const std::uint64_t first = taken_ - std::min<std::uint64_t>(taken_, kMostKeys);
    for (std::uint64_t i = first; i < taken_; ++i) visit(keys_[i % kMostKeys]);
  }

 private:
  std::uint64_t taken_ = 0;
  EventKey keys_[kMostKeys] = {};
};

}  // namespace docktape
