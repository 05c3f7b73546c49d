// Fuzz target: whatever a source host could write, cut into chunks anywhere. Input: a byte that says how long the
// chunks are, then what the host writes.
#include <sys/socket.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.h"
#include "plugin/error.h"
#include "plugin/event_payload.h"
#include "plugin/source/context_slots.h"
#include "plugin/source/descriptor.h"
#include "plugin/source/event_batch.h"
#include "plugin/source/event_lines.h"
#include "plugin/source/frame_reader.h"
#include "plugin/source/json_object.h"

using namespace docktape;
using namespace docktape::fuzz;

namespace {

constexpr std::size_t kHeader = 12;

// The bounds that docs/architecture.md gives.
constexpr std::uint32_t kMaxBody = 256u << 20;
constexpr std::uint32_t kLastKind = 9;
constexpr std::uint32_t kContextNumbers = 4096;
constexpr std::size_t kLongestContext = 16u << 10;

constexpr std::size_t kMaxEvents = 4096;
constexpr std::size_t kMaxBatch = 1u << 20;

struct OwnedFrame {
  std::uint32_t kind;
  std::uint32_t count;
  std::string body;
};

// What a reader that has all bytes at once makes of them.
struct Expected {
  std::vector<OwnedFrame> frames;
  bool damaged = false;
};

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value * 256 + static_cast<unsigned char>(bytes[at + i]);
  return value;
}

Expected expected_of(std::string_view bytes) {
  Expected expected;
  while (bytes.size() >= kHeader) {
    const std::uint32_t length = number_at(bytes, 0), kind = number_at(bytes, 4);
    expected.damaged = length > kMaxBody || kind == 0 || kind > kLastKind;
    if (expected.damaged || bytes.size() - kHeader < length) return expected;
    expected.frames.push_back({kind, number_at(bytes, 8), std::string(bytes.substr(kHeader, length))});
    bytes.remove_prefix(kHeader + length);
  }
  return expected;
}

// Decimal digits as a number; none when there is no digit, another byte, or more than 64 bits.
std::optional<std::uint64_t> decimal(std::string_view digits) {
  unsigned __int128 value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(digit - '0');
    if (value > UINT64_MAX) return std::nullopt;
  }
  if (digits.empty()) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

using Events = std::vector<std::pair<std::uint64_t, std::string>>;

using Contexts = std::map<std::uint64_t, std::string>;

// Takes the number of a context and a blank off a line, and gives what that number is for; none when they are not there, or nobody said.
std::optional<std::string> take_context(std::string_view& line, const Contexts& contexts) {
  const std::size_t blank = line.find(' ');
  const auto number = decimal(line.substr(0, blank));
  if (blank == std::string_view::npos || !number) return std::nullopt;
  line.remove_prefix(blank + 1);
  if (*number == 0) return "";
  const auto found = contexts.find(*number);
  return found == contexts.end() ? std::nullopt : std::optional(found->second);
}

std::string with_context(std::string_view payload, const std::string& context) {
  if (context.empty() || payload.size() <= 2 || payload.back() != '}') return std::string(payload);
  return std::string(payload.substr(0, payload.size() - 1)) + ",\"docktape\":" + context + "}";
}

// The events of a body, one line after another; none when it is not `count` lines.
std::optional<Events> events_of(const Frame& frame, const Contexts& contexts) {
  std::string_view body = frame.body;
  Events events;
  while (!body.empty()) {
    const std::size_t newline = body.find('\n');
    if (newline == std::string_view::npos) return std::nullopt;
    const std::string_view line = body.substr(0, newline);
    const std::size_t blank = line.find(' ');
    const auto time = decimal(line.substr(0, blank));
    if (blank == std::string_view::npos || !time || *time == UINT64_MAX) return std::nullopt;
    std::string_view payload = line.substr(blank + 1);
    std::optional<std::string> context("");
    if (frame.kind == FrameKind::enriched) context = take_context(payload, contexts);
    if (!context) return std::nullopt;
    events.emplace_back(*time, with_context(payload, *context));
    body.remove_prefix(newline + 1);
  }
  if (events.size() != frame.count) return std::nullopt;
  return events;
}

// Takes all batches, as next_batch does, and gives the events in the form in which Falco reads them.
Events delivered(EventLines& lines, EventBatch& batch) {
  Events events;
  while (!lines.empty()) {
    batch.fill(lines);
    require(batch.count() > 0, "a batch of some lines has some events");
    require(batch.count() <= kMaxEvents, "a batch has a bounded number of events");
    std::size_t bytes = 0;
    for (std::uint32_t i = 0; i < batch.count(); ++i) {
      const abi_event* event = batch.events()[i];
      const std::string_view payload = event_payload(event);
      require(payload.data() != nullptr, "an event of ours is one to the extractor");
      require(event->len == ABI_PAYLOAD_OFFSET + payload.size(), "an event ends with its payload");
      const std::uint64_t time = event->ts;  // a member of a packed struct cannot be referred to
      events.emplace_back(time, std::string(payload));
      bytes += event->len;
    }
    require(bytes <= kMaxBatch || batch.count() == 1, "a batch has a bounded size, or one event");
  }
  return events;
}

template <typename Action>
bool refuses(Action action) {
  try {
    action();
    return false;
  } catch (const PluginError& error) {
    require(std::string_view(error.what()).size() < 255, "Falco shows the whole of what is wrong with a frame");
    return true;
  }
}

// What a source has been told of contexts, as it keeps them and as this test does.
struct Told {
  ContextSlots slots;
  Contexts expected;
};

void tell(const Frame& frame, Told& told) {
  const bool is_object = frame.body.size() >= 2 && frame.body.front() == '{' && frame.body.back() == '}';
  const bool is_sound = frame.count > 0 && frame.count < kContextNumbers && is_object && frame.body.size() <= kLongestContext;
  require(refuses([&] { told.slots.set(frame.count, frame.body); }) != is_sound, "a context within its bounds is taken, and no other");
  if (is_sound) told.expected[frame.count] = frame.body;
}

// What the source does with a frame.
void use(const Frame& frame, Told& told) {
  static EventLines lines;
  static EventBatch batch;
  if (frame.kind == FrameKind::context) tell(frame, told);
  const auto expected = events_of(frame, told.expected);
  if (refuses([&] { lines.load(frame, told.slots); })) {
    require(!expected, "a sound batch is taken");
    require(lines.empty(), "of a damaged batch no event is delivered");
  } else {
    require(expected.has_value(), "a damaged batch is refused");
    require(delivered(lines, batch) == *expected, "every event is delivered, once and in order");
  }
  refuses([&] {
    const JsonObject object(frame.body, "stats");
    object.number("queueBytes");
    object.text("what");
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t chunk = data[0] + 1u;
  std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  const Expected expected = expected_of(rest);

  int ends[2];
  require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "there is a socket for the test");
  const Descriptor plugin(ends[0]);
  Descriptor host(ends[1]);
  FrameReader reader;
  Told told;
  std::size_t seen = 0;
  bool damaged = false;
  while (!damaged && reader.receive(plugin.get()) != FrameReader::Received::end) {
    damaged = refuses([&] {
      while (const auto frame = reader.next()) {
        require(seen < expected.frames.size(), "only what has arrived whole is a frame");
        const OwnedFrame& same = expected.frames[seen++];
        require(static_cast<std::uint32_t>(frame->kind) == same.kind, "a frame has its kind");
        require(frame->count == same.count && frame->body == same.body, "a frame has its count and its body");
        use(*frame, told);
      }
    });
    const std::string_view next = rest.substr(0, chunk);
    rest.remove_prefix(next.size());
    if (next.empty()) host.close();
    else require(send(host.get(), next.data(), next.size(), 0) == static_cast<ssize_t>(next.size()), "a chunk is sent");
  }
  require(seen == expected.frames.size(), "every whole frame is read");
  require(damaged == expected.damaged, "what is no frame is refused, and only that");
  return 0;
}
