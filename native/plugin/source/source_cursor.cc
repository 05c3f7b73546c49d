#include "plugin/source/source_cursor.h"

#include <algorithm>

#include "plugin/split_payload.h"

namespace docktape {
namespace {

// An event can be stamped before one that it follows, by less than this.
constexpr std::uint64_t kDisorder = 1'000'000'000;

// That nothing comes proves nothing about the last minute: the host may hang, or a proxy hold its stream back, and either is
// noticed after a while only.
constexpr std::uint64_t kUnnoticed = 60'000'000'000;

// How old the end of a quiet stream may be in the file.
constexpr std::uint64_t kQuietStore = 5'000'000'000;

// What is in an event of docktape's own, as src/docker/own-events.ts writes it. No value can forge it: a quote in one has a
// backslash before it.
constexpr std::string_view kLost = "\"Action\":\"daemon lost\"", kBack = "\"Action\":\"daemon back\"";

bool holds(std::string_view payload, std::string_view part) { return payload.find(part) != std::string_view::npos; }

}  // namespace

SourceCursor::SourceCursor(const Config& config, const std::string& params, const Log& log)
    : loan_(params), file_(config.cursor, params, log), has_file_(!config.cursor.empty()) {
  const std::optional<Cursor> left = has_file_ ? file_.load() : std::nullopt;
  // What this process remembers is newer than what it last wrote.
  if (has_begun()) {
    reason_ = "Falco opened the source again";
  } else if (left) {
    loan_.cursor() = *left;
    reason_ = "Falco was started again";
  }
}

void SourceCursor::begin(std::uint64_t opened_at) {
  if (!has_begun()) loan_.cursor().wanted_from = loan_.cursor().ended_at = opened_at;
  // Now, so that the log tells at the start what is wrong with the file.
  store(opened_at);
}

void SourceCursor::consumed(const EventBatch& batch, std::size_t count, std::uint64_t now) {
  if (count == 0) return;
  if (batch.is_own()) {
    note(batch, count);
  } else {
    sees_daemon_ = true;
    const std::size_t first = count - std::min(count, Cursor::kMostKeys);
    for (std::size_t i = first; i < count; ++i) loan_.cursor().take(key_of(batch.payload(i)));
    // Not our time: it may have waited for Falco for long. A time that is ahead of ours tells nothing.
    see_until(std::min(batch.time(count - 1), now), kDisorder);
  }
  store(now);
}

// The context is not the daemon's, which repeats an event without one.
EventKey SourceCursor::key_of(std::string_view payload) {
  const SplitPayload split = split_payload(payload);
  if (split.end.empty()) return event_key(payload);
  daemon_bytes_.clear();
  split.append_daemon(daemon_bytes_);
  return event_key(daemon_bytes_);
}

// Between those two the daemon's events are not seen.
void SourceCursor::note(const EventBatch& batch, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (holds(batch.payload(i), kLost)) sees_daemon_ = false;
    else if (holds(batch.payload(i), kBack)) sees_daemon_ = true;
  }
}

void SourceCursor::caught_up(std::uint64_t now) {
  see_until(now, kUnnoticed);
  if (now >= stored_at_ + kQuietStore) store(now);
}

void SourceCursor::see_until(std::uint64_t time, std::uint64_t doubt) {
  if (sees_daemon_ && time > doubt) loan_.cursor().ended_at = std::max(loan_.cursor().ended_at, time - doubt);
}

void SourceCursor::store(std::uint64_t now) {
  if (has_file_) file_.store(loan_.cursor());
  stored_at_ = now;
}

}  // namespace docktape
