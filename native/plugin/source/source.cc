#include "plugin/source/source.h"

#include <algorithm>
#include <cstdio>

#include "plugin/error.h"
#include "plugin/source/host_path.h"
#include "plugin/source/json_object.h"
#include "plugin/source/request.h"
#include "plugin/source/wait.h"

namespace docktape {
namespace {

// Falco looks at its own signals only between calls.
constexpr std::uint64_t kLongestWaitMs = 100;

constexpr Milliseconds kAnswerTime{10'000};
constexpr Milliseconds kFirstBackoff{200};  // doubled by each restart in vain
constexpr Milliseconds kLongestBackoff{30'000};
constexpr Milliseconds kSoundLife{60'000};
constexpr unsigned kMaxRestartsInVain = 3;  // of a replay

// Falco cuts errors at 255 bytes, and the fix must still be there.
constexpr std::size_t kLongestCause = 120;

constexpr std::size_t kLongestText = 4096;

std::uint64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(now).count());
}

}  // namespace

Source::Source(const Config& config, const Log& log, Metrics& metrics, std::string params)
    : config_(config), log_(log), metrics_(metrics), params_(std::move(params)), history_{now_ms(), 0, 0} {}

Source::~Source() { metrics_.queue_bytes.store(0, std::memory_order_relaxed); }

void Source::open() {
  start_host();
  while (phase_ == Phase::opening) advance(answer_by_);
  if (phase_ == Phase::failed) throw PluginError(failure_);
}

Source::Next Source::next() {
  const Deadline deadline(Milliseconds(std::min(config_.flush_interval_ms, kLongestWaitMs)));
  while (true) {
    if (!lines_.empty()) {
      deliver();
      return Next::events;
    }
    if (phase_ == Phase::ended) return Next::end;
    if (phase_ == Phase::failed) throw PluginError(failure_);
    advance(deadline);
    // Also when the host keeps sending what is no event: Falco looks at its own signals only between calls.
    const bool goes_on = phase_ != Phase::ended && phase_ != Phase::failed;
    if (goes_on && lines_.empty() && deadline.passed()) return Next::timeout;
  }
}

void Source::deliver() {
  batch_.fill(lines_);
  history_.delivered += batch_.count();
  metrics_.events.fetch_add(batch_.count(), std::memory_order_relaxed);
  metrics_.bytes.fetch_add(batch_.payload_bytes(), std::memory_order_relaxed);
}

void Source::start_host() {
  phase_ = Phase::opening;
  answer_by_ = Deadline(kAnswerTime);
  host_started_ = Clock::now();
  delivered_before_host_ = history_.delivered;
  host_ = std::make_unique<HostConnection>(find_host(config_.host), host_request(config_, params_, history_), log_);
}

// One step: a frame, some bytes, or the end of a wait.
void Source::advance(const Deadline& deadline) {
  try {
    if (phase_ == Phase::backing_off) return back_off(deadline);
    if (const auto frame = host_->next_frame()) return handle(*frame);
    receive(deadline);
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

void Source::receive(const Deadline& deadline) {
  switch (host_->receive(std::min(deadline, phase_ == Phase::opening ? answer_by_ : deadline))) {
    case FrameReader::Received::bytes: return;
    case FrameReader::Received::end: return host_died("it ended: " + host_->last_words());
    case FrameReader::Received::nothing: break;
  }
  if (phase_ != Phase::opening || !answer_by_.passed()) return;
  host_died("it did not answer within " + std::to_string(kAnswerTime.count() / 1000) + " s");
}

void Source::back_off(const Deadline& deadline) {
  sleep_until(std::min(deadline, restart_at_));
  if (!restart_at_.passed()) return;
  metrics_.host_restarts.fetch_add(1, std::memory_order_relaxed);
  try {
    start_host();
  } catch (const std::exception& error) {
    host_died(error.what());
  }
}

void Source::handle(const Frame& frame) {
  const std::string text(frame.kind == FrameKind::events ? std::string_view() : frame.body);
  switch (frame.kind) {
    case FrameKind::opened: return handle_opened(text);
    case FrameKind::events:
      if (phase_ != Phase::streaming) throw PluginError("the source host sent events before it had opened its source");
      return lines_.load(frame.body, frame.count);
    case FrameKind::log: return handle_log(frame.count, text);
    case FrameKind::error: return fail(text);
    case FrameKind::end: return finish(Phase::ended);
    case FrameKind::stats: return handle_stats(text);
  }
}

void Source::handle_log(std::uint32_t severity, const std::string& text) {
  const auto known = std::clamp<std::uint32_t>(severity, ABI_LOG_FATAL, ABI_LOG_TRACE);
  log_.write(static_cast<std::int32_t>(known), clip(text, kLongestText));
}

void Source::handle_opened(std::string_view body) {
  const JsonObject opened(body, "opened");
  if (!opened_) total_ = opened.number("total");
  log_.write(ABI_LOG_INFO, "opened " + opened.text("what"));
  opened_ = true;
  phase_ = Phase::streaming;
}

void Source::handle_stats(std::string_view body) {
  const JsonObject stats(body, "stats");
  metrics_.queue_bytes.store(stats.number("queueBytes").value_or(0), std::memory_order_relaxed);
  const std::uint64_t dropped = std::max(stats.number("dropped").value_or(0), host_dropped_);
  metrics_.dropped.fetch_add(dropped - host_dropped_, std::memory_order_relaxed);
  host_dropped_ = dropped;
}

void Source::host_died(const std::string& reason) {
  const std::string cause = clip(reason, kLongestCause);
  if (!opened_) {
    return fail("the source host did not start (" + cause + "); check that docktape and its Node are installed whole");
  }
  // A replay that moves on comes to its end; a live stream is worth any number of tries, but not a busy loop.
  const bool moved_on = total_ && history_.delivered > delivered_before_host_;
  if (moved_on || Clock::now() - host_started_ >= kSoundLife) restarts_in_vain_ = 0;
  if (total_ && restarts_in_vain_ == kMaxRestartsInVain) {
    return fail("the source host keeps crashing (" + cause + "); the log has its last words, please report them");
  }
  const Milliseconds pause = std::min(kFirstBackoff * (1u << std::min(restarts_in_vain_, 16u)), kLongestBackoff);
  log_.write(ABI_LOG_WARNING, "the source host crashed (" + cause + "); it is started again in " +
                                  std::to_string(pause.count()) + " ms");
  ++restarts_in_vain_;
  history_.lost_at = now_ms();
  restart_at_ = Deadline(pause);
  finish(Phase::backing_off);
}

// Lets go of the host, which is over in this phase.
void Source::finish(Phase phase) {
  phase_ = phase;
  host_.reset();
  host_dropped_ = 0;
  metrics_.queue_bytes.store(0, std::memory_order_relaxed);
}

void Source::fail(const std::string& reason) {
  failure_ = clip(one_line(reason), kLongestText);
  finish(Phase::failed);
}

std::uint32_t Source::progress() const {
  if (!total_ || *total_ == 0) return total_ ? 10'000 : 0;
  return static_cast<std::uint32_t>(std::min(1.0, static_cast<double>(history_.delivered) / static_cast<double>(*total_)) * 10'000);
}

const char* Source::progress_text() {
  progress_text_.clear();
  if (total_) {
    char text[96];
    std::snprintf(text, sizeof(text), "%.2f%% (%llu of %llu events)", progress() / 100.0,
                  static_cast<unsigned long long>(history_.delivered), static_cast<unsigned long long>(*total_));
    progress_text_ = text;
  }
  return progress_text_.c_str();
}

}  // namespace docktape
