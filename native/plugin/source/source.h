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
#include "plugin/source/host_figures.h"
#include "plugin/source/host_restarts.h"
#include "plugin/source/source_cursor.h"
#include "plugin/source/waited_time.h"

namespace docktape {

// An open stream of events: what open returns to Falco. It starts the source host, starts it again when it crashes or
// hangs, and has no thread: everything happens inside open and next_batch.
class Source {
 public:
  // `config`, `log` and `metrics` outlive the source.
  Source(const Config& config, const Log& log, Metrics& metrics, std::string params);

  // Of the last batch, only what Falco has asked about counts as delivered: it drops what is left of one when it stops.
  ~Source();

  // Starts the host and waits until it has opened the params. Throws PluginError with the reason when it has not.
  void open();

  enum class Next { events, timeout, end };

  // The events that are ready, or what comes within the flush interval. Throws PluginError when the source cannot go on;
  // events that had arrived are delivered before.
  Next next();
  EventBatch& batch() { return batch_; }

  // Falco asks about an event, of this source or of another. It never goes back in a batch.
  void touch(const abi_event* event) {
    if (batch_.spans(event)) touched_ = event;
  }

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
  void handle_events(const Frame& frame);
  void handle_end();
  void handle_log(std::uint32_t severity, std::string_view text);
  void handle_opened(std::string_view body);
  void lose_host(const std::string& how, const std::string& reason);
  void finish(Phase phase);
  void fail(const std::string& reason);
  void deliver();
  void take_consumed(std::size_t count);
  std::size_t consumed_at_close() const;

  const Config& config_;
  const Log& log_;
  Metrics& metrics_;
  const std::string params_;
  const std::uint64_t opened_at_;  // nanoseconds since the epoch

  Phase phase_ = Phase::opening;
  bool opened_ = false;  // once, by any host
  std::unique_ptr<HostConnection> host_;
  WaitedTime waited_;  // for the host: for its answer to open, then for each of its frames
  HostRestarts restarts_;
  HostFigures figures_;
  Deadline restart_at_{Milliseconds(0)};
  std::string failure_;

  EventLines lines_;
  EventBatch batch_;
  std::uint64_t delivered_ = 0;
  std::uint64_t delivered_before_host_ = 0;
  std::optional<std::uint64_t> total_;   // of a replay
  std::optional<SourceCursor> cursor_;   // until it is known to be a replay
  const abi_event* touched_ = nullptr;   // the last one of the batch that Falco asked about
  enum class Reader { unknown, asks, never_asks } reader_ = Reader::unknown;
  std::string progress_text_;
};

}  // namespace docktape
