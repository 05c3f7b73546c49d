#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "plugin/metrics.h"

namespace docktape {

// What the hosts of a source tell of themselves, in the metrics. Each counts from zero; the metrics are of all of them.
class HostFigures {
 public:
  static constexpr std::size_t kCounters = 8;

  // `metrics` outlives it.
  explicit HostFigures(Metrics& metrics) : metrics_(metrics) {}

  // Takes the body of a stats frame. Throws PluginError when it is none.
  void take(std::string_view body);

  // The host is gone, and with it what waited in it.
  void host_ended();

 private:
  Metrics& metrics_;
  std::array<std::uint64_t, kCounters> told_{};  // by this host, at last
};

}  // namespace docktape
