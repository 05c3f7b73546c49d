#pragma once

#include <atomic>
#include <cstdint>

#include "abi/plugin_abi.h"

namespace docktape {

// What a state counts. Falco reads it from other threads while events flow.
struct Metrics {
  std::atomic<std::uint64_t> events{0};         // delivered to Falco
  std::atomic<std::uint64_t> bytes{0};          // of their payloads
  std::atomic<std::uint64_t> reconnects{0};     // to a daemon that was lost
  std::atomic<std::uint64_t> retries{0};        // of a daemon that could not be reached
  std::atomic<std::uint64_t> gaps_certain{0};   // in which events were lost
  std::atomic<std::uint64_t> gaps_possible{0};  // in which events may have been lost
  std::atomic<std::uint64_t> dropped{0};        // events that a full queue did not take
  std::atomic<std::uint64_t> queue_bytes{0};    // waiting in the host at its last report
  std::atomic<std::uint64_t> host_restarts{0};  // of a source host that had crashed or hung
  std::atomic<std::uint64_t> parse_errors{0};   // events whose payload was not JSON
  std::atomic<std::uint64_t> lag_ms{0};         // from an event's time until the host had it, at its last report
  std::atomic<std::uint64_t> inspects{0};         // questions to the daemon about containers and execs
  std::atomic<std::uint64_t> inspects_failed{0};  // of them that got no usable answer
  std::atomic<std::uint64_t> inspects_late{0};    // events that went on without an answer that was awaited

  // The figures as Falco reads them. The array belongs to the calling thread and is overwritten by its next call.
  abi_metric* snapshot(std::uint32_t& count) const;
};

}  // namespace docktape
