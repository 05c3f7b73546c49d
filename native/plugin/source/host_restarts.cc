#include "plugin/source/host_restarts.h"

#include <algorithm>

namespace docktape {
namespace {

constexpr Milliseconds kFirstPause{50};  // doubled by each restart in vain
constexpr Milliseconds kLongestPause{30'000};
constexpr Milliseconds kSoundLife{60'000};
constexpr unsigned kMostInVain = 3;  // of a replay

}  // namespace

// A replay that moves on comes to its end; a live stream is worth any number of tries, but not a busy loop.
std::optional<Milliseconds> HostRestarts::pause(bool is_replay, bool moved_on) {
  if (moved_on || Clock::now() - started_ >= kSoundLife) in_vain_ = 0;
  if (is_replay && in_vain_ == kMostInVain) return std::nullopt;
  const Milliseconds pause = std::min(kFirstPause * (1u << std::min(in_vain_, 16u)), kLongestPause);
  ++in_vain_;
  return pause;
}

}  // namespace docktape
