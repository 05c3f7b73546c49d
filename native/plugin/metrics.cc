#include "plugin/metrics.h"

namespace docktape {
namespace {

struct MetricSpec {
  const char* name;
  std::int32_t type;
  std::atomic<std::uint64_t> Metrics::*value;
};

constexpr MetricSpec kMetrics[] = {
    {"events", ABI_METRIC_MONOTONIC, &Metrics::events},
    {"bytes", ABI_METRIC_MONOTONIC, &Metrics::bytes},
    {"reconnects", ABI_METRIC_MONOTONIC, &Metrics::reconnects},
    {"retries", ABI_METRIC_MONOTONIC, &Metrics::retries},
    {"gaps_certain", ABI_METRIC_MONOTONIC, &Metrics::gaps_certain},
    {"gaps_possible", ABI_METRIC_MONOTONIC, &Metrics::gaps_possible},
    {"dropped", ABI_METRIC_MONOTONIC, &Metrics::dropped},
    {"queue_bytes", ABI_METRIC_NON_MONOTONIC, &Metrics::queue_bytes},
    {"host_restarts", ABI_METRIC_MONOTONIC, &Metrics::host_restarts},
    {"parse_errors", ABI_METRIC_MONOTONIC, &Metrics::parse_errors},
    {"lag_ms", ABI_METRIC_NON_MONOTONIC, &Metrics::lag_ms},
    {"inspects", ABI_METRIC_MONOTONIC, &Metrics::inspects},
    {"inspects_failed", ABI_METRIC_MONOTONIC, &Metrics::inspects_failed},
    {"inspects_late", ABI_METRIC_MONOTONIC, &Metrics::inspects_late},
};

constexpr std::size_t kCount = sizeof(kMetrics) / sizeof(kMetrics[0]);

}  // namespace

abi_metric* Metrics::snapshot(std::uint32_t& count) const {
  // One array a thread, because several threads ask at once and nobody says when they have read it.
  static thread_local abi_metric figures[kCount];
  for (std::size_t i = 0; i < kCount; ++i) {
    figures[i].name = kMetrics[i].name;
    figures[i].type = kMetrics[i].type;
    figures[i].value.u64 = (this->*kMetrics[i].value).load(std::memory_order_relaxed);
    figures[i].value_type = ABI_METRIC_U64;
  }
  count = kCount;
  return figures;
}

}  // namespace docktape
