#include "plugin/source/host_figures.h"

#include <algorithm>

#include "plugin/source/json_object.h"

namespace docktape {
namespace {

struct Figure {
  const char* key;
  std::atomic<std::uint64_t> Metrics::*metric;
};

constexpr Figure kCounted[HostFigures::kCounters] = {
    {"dropped", &Metrics::dropped},          {"reconnects", &Metrics::reconnects},
    {"retries", &Metrics::retries},          {"gapsCertain", &Metrics::gaps_certain},
    {"gapsPossible", &Metrics::gaps_possible}, {"inspects", &Metrics::inspects},
    {"inspectsFailed", &Metrics::inspects_failed}, {"inspectsLate", &Metrics::inspects_late},
};

constexpr Figure kMeasured[] = {{"queueBytes", &Metrics::queue_bytes}, {"lagMs", &Metrics::lag_ms}};

}  // namespace

void HostFigures::take(std::string_view body) {
  const JsonObject stats(body, "stats");
  for (const auto& [key, metric] : kMeasured) {
    (metrics_.*metric).store(stats.number(key).value_or(0), std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < kCounters; ++i) {
    // What is counted never goes back, whatever a host says.
    const std::uint64_t count = std::max(stats.number(kCounted[i].key).value_or(0), told_[i]);
    (metrics_.*kCounted[i].metric).fetch_add(count - told_[i], std::memory_order_relaxed);
    told_[i] = count;
  }
}

void HostFigures::host_ended() {
  told_ = {};
  for (const auto& [key, metric] : kMeasured) (metrics_.*metric).store(0, std::memory_order_relaxed);
}

}  // namespace docktape
