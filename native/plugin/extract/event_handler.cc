#include "plugin/extract/event_handler.h"

#include <cstring>

#include "plugin/extract/utf8.h"

namespace docktape {
namespace {

// The reader recurses, so nesting is bounded; Docker's own events are three deep.
constexpr int kMaxDepth = 64;

}  // namespace

// Puts U+FFFD in the place of every NUL. There is room: a NUL took six bytes of JSON (\u0000), and the text was
// unescaped in place, in a buffer of ours that the reader hands out as const.
Text EventHandler::without_nuls(const char* text, std::size_t size) {
  if (std::memchr(text, '\0', size) == nullptr) return Text(text, size);
  const std::string replaced = without_nul(std::string_view(text, size));
  std::memcpy(const_cast<char*>(text), replaced.c_str(), replaced.size() + 1);
  return Text(text, replaced.size());
}

void EventHandler::select_event_member(std::string_view key) {
  if (key == "status") text_ = &members_.status;
  else if (key == "id") text_ = &members_.id;
  else if (key == "from") text_ = &members_.from;
  else if (key == "Type") text_ = &members_.type;
  else if (key == "Action") text_ = &members_.action;
  else if (key == "scope") text_ = &members_.scope;
  else if (key == "HealthStatus") text_ = &members_.health_status;
  else if (key == "time") number_ = &members_.time;
  else if (key == "timeNano") number_ = &members_.time_nano;
}

bool EventHandler::StartObject() {
  const bool enters = here() && (level_ == kOutside || (level_ == kEvent && key_ == "Actor") ||
                                 (level_ == kActor && key_ == "Attributes"));
  if (enters) {
    ++level_;
  } else if (!take(Text())) {
    return false;
  }
  return ++depth_ <= kMaxDepth;
}

bool EventHandler::EndObject(rapidjson::SizeType) {
  if (here()) --level_;
  --depth_;
  return true;
}

bool EventHandler::StartArray() { return take(Text()) && ++depth_ <= kMaxDepth; }

bool EventHandler::EndArray(rapidjson::SizeType) {
  --depth_;
  return true;
}

}  // namespace docktape
