#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugin/config.h"
#include "plugin/log.h"
#include "plugin/source/cursor_file.h"
#include "plugin/source/cursor_registry.h"
#include "plugin/source/event_batch.h"

namespace docktape {

// What an open live stream remembers for the one after it: of its next source host, of Falco's next hot reload, and when
// init_config names a file, of Falco's next start. Times are nanoseconds since the epoch.
class SourceCursor {
 public:
  // `log` outlives it.
  SourceCursor(const Config& config, const std::string& params, const Log& log);

  // Why this stream goes on where another one ended, as a gap's reason; empty for the first one.
  const char* reason() const { return reason_; }
  void host_lost() {
    reason_ = "the source host was started again";
    // The next host looks for the daemon anew, and says neither that it was lost nor that it is back.
    sees_daemon_ = false;
  }

  const Cursor& cursor() { return loan_.cursor(); }

  // The stream was opened, and it is a live one.
  void begin(std::uint64_t opened_at);
  bool has_begun() { return cursor().wanted_from != 0; }

  // The first `count` events of the batch were consumed. Keeps that in the file.
  void consumed(const EventBatch& batch, std::size_t count, std::uint64_t now);

  // All that the host had sent by now was consumed.
  void caught_up(std::uint64_t now);

 private:
  EventKey key_of(std::string_view payload);
  void note(const EventBatch& batch, std::size_t count);
  // Nothing is missing until `doubt` before `time`.
  void see_until(std::uint64_t time, std::uint64_t doubt);
  void store(std::uint64_t now);

  CursorLoan loan_;
  CursorFile file_;
  const bool has_file_;
  const char* reason_ = "";
  bool sees_daemon_ = false;  // events have come, and since then nothing has said that the daemon was lost
  std::uint64_t stored_at_ = 0;
  std::string daemon_bytes_;  // of the last event that had a context
};

}  // namespace docktape
