#include "events.h"

#include <cstring>
#include <ctime>

namespace docktape {
namespace {

constexpr uint64_t kNow = UINT64_MAX;
constexpr uint64_t kNoThread = UINT64_MAX;

/** Where the parts of an event that follow its header start. */
constexpr size_t kIdLength = sizeof(abi_event);
constexpr size_t kPayloadLength = kIdLength + sizeof(uint32_t);
constexpr size_t kId = kPayloadLength + sizeof(uint32_t);
static_assert(kId + sizeof(uint32_t) == ABI_PAYLOAD_OFFSET, "the payload follows the ID");

uint32_t Read(const abi_event* event, size_t offset) {
  uint32_t value;
  std::memcpy(&value, reinterpret_cast<const uint8_t*>(event) + offset, sizeof(value));
  return value;
}

void Write(abi_event* event, size_t offset, uint32_t value) {
  std::memcpy(reinterpret_cast<uint8_t*>(event) + offset, &value, sizeof(value));
}

uint64_t Now() {
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace

std::string CheckEvent(const abi_event* event, uint32_t plugin_id) {
  if (event == nullptr) return "next_batch gave a null event";
  if (event->type != ABI_PLUGIN_EVENT_TYPE || event->nparams != ABI_PLUGIN_EVENT_PARAMS) {
    return "next_batch gave an event of type " + std::to_string(event->type) + " with " +
           std::to_string(event->nparams) + " parameters, not a plugin event (322 with 2)";
  }
  if (event->len < ABI_PAYLOAD_OFFSET || Read(event, kIdLength) != sizeof(uint32_t) ||
      Read(event, kPayloadLength) != event->len - ABI_PAYLOAD_OFFSET) {
    return "next_batch gave an event whose lengths disagree";
  }
  const uint32_t id = Read(event, kId);
  // A plugin with an ID may leave it to us; one without may give events of any plugin.
  if (plugin_id == 0 ? id == 0 : id != 0 && id != plugin_id) {
    return "next_batch gave an event with plugin ID " + std::to_string(id) + "; its own is " +
           std::to_string(plugin_id);
  }
  return "";
}

void CompleteEvent(abi_event* event, uint32_t plugin_id) {
  if (Read(event, kId) == 0) Write(event, kId, plugin_id);
  event->tid = kNoThread;
  if (event->ts == kNow) event->ts = Now();
}

std::string_view PayloadOf(const abi_event* event) {
  return {reinterpret_cast<const char*>(event) + ABI_PAYLOAD_OFFSET, event->len - ABI_PAYLOAD_OFFSET};
}

std::vector<abi_event*> WrapEvents(const Payloads& payloads, uint32_t plugin_id, std::vector<uint8_t>& storage) {
  const auto length_of = [&](size_t i) { return payloads.bounds[2 * i + 1] - payloads.bounds[2 * i]; };
  size_t size = 0;
  for (size_t i = 0; i < payloads.count; i++) size += ABI_PAYLOAD_OFFSET + length_of(i);
  if (storage.size() < size) storage.resize(size);

  std::vector<abi_event*> list;
  list.reserve(payloads.count);
  uint8_t* at = storage.data();
  for (size_t i = 0; i < payloads.count; i++) {
    const uint32_t length = length_of(i);
    auto* event = reinterpret_cast<abi_event*>(at);
    event->ts = payloads.times[i];
    event->tid = kNoThread;
    event->len = ABI_PAYLOAD_OFFSET + length;
    event->type = ABI_PLUGIN_EVENT_TYPE;
    event->nparams = ABI_PLUGIN_EVENT_PARAMS;
    Write(event, kIdLength, sizeof(uint32_t));
    Write(event, kPayloadLength, length);
    Write(event, kId, plugin_id);
    std::memcpy(at + ABI_PAYLOAD_OFFSET, payloads.data + payloads.bounds[2 * i], length);
    list.push_back(event);
    at += event->len;
  }
  return list;
}

}  // namespace docktape
