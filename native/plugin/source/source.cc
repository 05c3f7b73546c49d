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

// A host with nothing to send says so each 5 s (a stats frame), in a paced replay as well.
constexpr Milliseconds kLongestSilence{30'000};

// Falco cuts errors at 255 bytes, and the fix must still be there.
constexpr std::size_t kLongestCause = 120;

constexpr std::size_t kLongestText = 4096;

std::uint64_t now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::string in_seconds(Milliseconds time) { return std::to_string(time.count() / 1000) + " s"; }

}  // namespace

Source::Source(const Config& config, const Log& log, Metrics& metrics, std::string params)
    : config_(config),
      log_(log),
      metrics_(metrics),
      params_(std::move(params)),
      opened_at_(now_ns()),
      figures_(metrics) {}

Source::~Source() {
  figures_.host_ended();
  try {
    take_consumed(consumed_at_close());
  } catch (const std::exception& error) {
    log_.write(ABI_LOG_WARNING, "the next stream may repeat events: " + std::string(error.what()));
  }
}

void Source::open() {
  cursor_.emplace(config_, params_, log_);
  start_host();
  while (phase_ == Phase::opening || phase_ == Phase::backing_off) advance(Deadline(Milliseconds(kLongestWaitMs)));
  if (phase_ == Phase::failed) throw PluginError(failure_);
}

Source::Next Source::next() {
  const Deadline deadline(Milliseconds(std::min(config_.flush_interval_ms, kLongestWaitMs)));
  // Falco comes back for more when it has been through all of them.
  take_consumed(batch_.count());
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
  delivered_ += batch_.count();
  metrics_.events.fetch_add(batch_.count(), std::memory_order_relaxed);
  metrics_.bytes.fetch_add(batch_.line_bytes(), std::memory_order_relaxed);
}

// A reader that took a whole batch without asking about any of its events is one that never asks: what it had asked about
// when it closes then says nothing of what it has read.
void Source::take_consumed(std::size_t count) {
  if (batch_.count() == 0) return;
  if (batch_.count_until(touched_) > 0) reader_ = Reader::asks;
  else if (reader_ == Reader::unknown && count == batch_.count()) reader_ = Reader::never_asks;
  if (cursor_) cursor_->consumed(batch_, count, now_ns());
  batch_.clear();
  touched_ = nullptr;
}

std::size_t Source::consumed_at_close() const {
  const std::size_t asked = batch_.count_until(touched_);
  return asked == 0 && reader_ == Reader::never_asks ? batch_.count() : asked;
}

void Source::start_host() {
  phase_ = Phase::opening;
  waited_.restart();
  restarts_.host_started();
  delivered_before_host_ = delivered_;
  SourceHistory history{opened_at_ / 1'000'000, delivered_};
  if (cursor_ && cursor_->has_begun()) {
    history.reason = cursor_->reason();
    history.cursor = &cursor_->cursor();
  }
  host_ = std::make_unique<HostConnection>(find_host(config_.host), host_request(config_, params_, history), log_);
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
  switch (waited_.during(deadline, [&] { return host_->receive(deadline); })) {
    case FrameReader::Received::bytes: return;
    case FrameReader::Received::end: return lose_host("crashed", "it ended: " + host_->last_words());
    case FrameReader::Received::nothing: break;
  }
  if (phase_ == Phase::opening) {
    if (waited_.exceeds(kAnswerTime)) lose_host("crashed", "it did not answer within " + in_seconds(kAnswerTime));
    return;
  }
  if (waited_.exceeds(kLongestSilence)) {
    return lose_host("hangs", "nothing was heard of it for " + in_seconds(kLongestSilence));
  }
  if (cursor_) cursor_->caught_up(now_ns());
}

void Source::back_off(const Deadline& deadline) {
  sleep_until(std::min(deadline, restart_at_));
  if (!restart_at_.passed()) return;
  metrics_.host_restarts.fetch_add(1, std::memory_order_relaxed);
  try {
    start_host();
  } catch (const std::exception& error) {
    lose_host("crashed", error.what());
  }
}

void Source::handle(const Frame& frame) {
  if (phase_ == Phase::streaming) waited_.restart();
  switch (frame.kind) {
    case FrameKind::opened: return handle_opened(frame.body);
    case FrameKind::events:
    case FrameKind::own:
    case FrameKind::enriched: return handle_events(frame);
    case FrameKind::context: return host_->contexts().set(frame.count, frame.body);
    case FrameKind::log: return handle_log(frame.count, frame.body);
    case FrameKind::error: return fail(clip(frame.body, kLongestText));
    case FrameKind::end: return handle_end();
    case FrameKind::stats: return figures_.take(frame.body);
  }
}

void Source::handle_events(const Frame& frame) {
  if (phase_ != Phase::streaming) throw PluginError("the source host sent events before it had opened its source");
  lines_.load(frame, host_->contexts());
}

void Source::handle_end() {
  if (phase_ != Phase::streaming) throw PluginError("the source host ended before it had opened its source");
  finish(Phase::ended);
}

void Source::handle_log(std::uint32_t severity, std::string_view text) {
  const auto known = std::clamp<std::uint32_t>(severity, ABI_LOG_FATAL, ABI_LOG_TRACE);
  log_.write(static_cast<std::int32_t>(known), clip(text, kLongestText));
}

void Source::handle_opened(std::string_view body) {
  const JsonObject opened(body, "opened");
  if (!opened_) total_ = opened.number("total");
  if (total_) cursor_.reset();
  else cursor_->begin(opened_at_);
  log_.write(ABI_LOG_INFO, "opened " + opened.text("what"));
  opened_ = true;
  phase_ = Phase::streaming;
  waited_.restart();
}

void Source::lose_host(const std::string& how, const std::string& reason) {
  // A service manager's stop is for every process of the service, and one that is starting does not ignore it yet.
  const bool was_told = host_ && host_->was_told_to_end();
  const std::string cause = clip(reason, kLongestCause);
  if (!opened_ && !was_told) {
    return fail("the source host did not start (" + cause + "); check that docktape and its Node are installed whole");
  }
  const auto pause = restarts_.pause(total_.has_value() || !opened_, total_ && delivered_ > delivered_before_host_);
  if (!pause) {
    return fail("the source host keeps crashing (" + cause + "); the log has its last words, please report them");
  }
  log_.write(was_told ? ABI_LOG_INFO : ABI_LOG_WARNING,
             "the source host " + (was_told ? "was told to end" : how) + " (" + cause + "); it is started again in " +
                 std::to_string(pause->count()) + " ms");
  if (cursor_) cursor_->host_lost();
  restart_at_ = Deadline(*pause);
  finish(Phase::backing_off);
}

// Lets go of the host, which is over in this phase.
void Source::finish(Phase phase) {
  phase_ = phase;
  host_.reset();
  figures_.host_ended();
}

void Source::fail(const std::string& reason) {
  failure_ = clip(one_line(reason), kLongestText);
  finish(Phase::failed);
}

std::uint32_t Source::progress() const {
  if (!total_ || *total_ == 0) return total_ ? 10'000 : 0;
  const double part = static_cast<double>(delivered_) / static_cast<double>(*total_);
  return static_cast<std::uint32_t>(std::min(1.0, part) * 10'000);
}

const char* Source::progress_text() {
  progress_text_.clear();
  if (total_) {
    char text[96];
    std::snprintf(text, sizeof(text), "%.2f%% (%llu of %llu events)", progress() / 100.0,
                  static_cast<unsigned long long>(delivered_), static_cast<unsigned long long>(*total_));
    progress_text_ = text;
  }
  return progress_text_.c_str();
}

}  // namespace docktape
