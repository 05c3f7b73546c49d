#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "plugin/config.h"
#include "plugin/deadline.h"
#include "plugin/log.h"
#include "plugin/metrics.h"
#include "plugin/source/event_batch.h"
#include "plugin/source/event_lines.h"
#include "plugin/source/host_connection.h"
#include "plugin/source/request.h"

namespace docktape {

// An open stream of events: what open returns to Falco. It starts the source host, starts it again when it crashes, and
// has no thread: everything happens inside open and next_batch.
class Source {
 public:
  // `config`, `log` and `metrics` outlive the source.
  Source(const Config& config, const Log& log, Metrics& metrics, std::string params);

  ~Source();

  // Starts the host and waits until it has opened the params. Throws PluginError with the reason when it has not.
  void open();

  enum class Next { events, timeout, end };

  // The events that are ready, or what comes within the flush interval. Throws PluginError when the source cannot go on;
  // events that had arrived are delivered before.
  Next next();
  EventBatch& batch() { return batch_; }

  // How much of a replay is delivered, in hundredths of a percent, and in words. Nothing to say of a live stream.
  std::uint32_t progress() const;
  const char* progress_text();

 private:
  enum class Phase { opening, streaming, backing_off, ended, failed };

  void start_host();
  void advance(const Deadline& deadline);
  void receive(const Deadline& deadline);
  void back_off(const Deadline& deadline);
  void handle(const Frame& frame);
  void handle_log(std::uint32_t severity, const std::string& text);
  void handle_opened(std::string_view body);
  void handle_stats(std::string_view body);
  void host_died(const std::string& reason);
  void finish(Phase phase);
  void fail(const std::string& reason);
  void deliver();

  const Config& config_;
  const Log& log_;
  Metrics& metrics_;
  const std::string params_;

  Phase phase_ = Phase::opening;
  bool opened_ = false;  // once, by any host
  std::unique_ptr<HostConnection> host_;
  Deadline answer_by_{Milliseconds(0)};
  Deadline restart_at_{Milliseconds(0)};
  unsigned restarts_in_vain_ = 0;  // in a row, see host_died
  Clock::time_point host_started_;
  std::uint64_t delivered_before_host_ = 0;
  std::string failure_;

  EventLines lines_;
  EventBatch batch_;
  SourceHistory history_;
  std::uint64_t host_dropped_ = 0;  // as this host last reported
  std::optional<std::uint64_t> total_;
  std::string progress_text_;
};

}  // namespace docktape
