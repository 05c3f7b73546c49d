#include "plugin/source/event_batch.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include "plugin/event_payload.h"
#include "plugin/identity.h"

namespace docktape {
namespace {

constexpr std::size_t kMaxEvents = 4096;
constexpr std::size_t kMaxBytes = 1u << 20;  // one event may be larger
constexpr std::size_t kMostKeptMemory = 8u << 20;

// What stands between a daemon's event without its last brace and its context, as src/docker/enrichment/event-context.ts has it.
constexpr std::string_view kMember = ",\"docktape\":";

std::size_t payload_size(const EventLine& line) {
  return line.payload.size() + (line.context.empty() ? 0 : kMember.size() + line.context.size());
}

std::size_t encoded_size(const EventLine& line) { return ABI_PAYLOAD_OFFSET + payload_size(line); }

void append(char*& to, std::string_view bytes) {
  std::memcpy(to, bytes.data(), bytes.size());
  to += bytes.size();
}

void write_payload(const EventLine& line, char* to) {
  if (line.context.empty()) return append(to, line.payload);
  append(to, line.payload.substr(0, line.payload.size() - 1));
  append(to, kMember);
  append(to, line.context);
  *to = '}';
}

void encode(const EventLine& line, char* to) {
  abi_event header;
  header.ts = line.ts;
  header.tid = UINT64_MAX;  // no thread
  header.len = static_cast<std::uint32_t>(encoded_size(line));
  header.type = ABI_PLUGIN_EVENT_TYPE;
  header.nparams = ABI_PLUGIN_EVENT_PARAMS;
  const std::uint32_t params[3] = {sizeof(kPluginId), static_cast<std::uint32_t>(payload_size(line)), kPluginId};
  std::memcpy(to, &header, sizeof(header));
  std::memcpy(to + sizeof(header), params, sizeof(params));
  write_payload(line, to + ABI_PAYLOAD_OFFSET);
}

}  // namespace

void EventBatch::fill(EventLines& lines) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  for (const EventLine& line : lines) {
    if (count == kMaxEvents || (count > 0 && bytes + encoded_size(line) > kMaxBytes)) break;
    bytes += encoded_size(line);
    ++count;
  }

  if (memory_.size() < bytes || memory_.size() > kMostKeptMemory) memory_.resize(std::max(bytes, kMaxBytes), 0);
  clear();
  char* to = memory_.data();
  for (const EventLine* line = lines.begin(); line != lines.begin() + count; ++line) {
    encode(*line, to);
    events_.push_back(reinterpret_cast<abi_event*>(to));
    to += encoded_size(*line);
    line_bytes_ += line->payload.size();
  }
  is_own_ = lines.are_own();
  lines.take(count);
}

void EventBatch::clear() {
  events_.clear();
  line_bytes_ = 0;
}

std::string_view EventBatch::payload(std::size_t index) const { return event_payload(events_[index]); }

// They stand in memory one after the other.
std::size_t EventBatch::count_until(const abi_event* event) const {
  const auto place = std::lower_bound(events_.begin(), events_.end(), event, std::less<const abi_event*>());
  return place == events_.end() || *place != event ? 0 : static_cast<std::size_t>(place - events_.begin()) + 1;
}

}  // namespace docktape
