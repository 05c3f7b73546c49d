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
Text EventHandler::clean(const char* text, std::size_t size) const {
  if (!may_have_nuls_ || std::memchr(text, '\0', size) == nullptr) return Text(text, size);
  const std::string replaced = without_nul(std::string_view(text, size));
  std::memcpy(const_cast<char*>(text), replaced.c_str(), replaced.size() + 1);
  return Text(text, replaced.size());
}

bool EventHandler::take(Text value) {
  if (!here()) return true;
  if (level_ == kOutside) return false;  // an event is an object
  if (level_ == kAttributes) {
    members_.attributes.push_back({key_, value});
  } else {
    if (text_ != nullptr) *text_ = value;
    if (number_ != nullptr) number_->reset();
  }
  return true;
}

bool EventHandler::String(const char* text, rapidjson::SizeType size, bool) {
  return take(clean(text, size));
}

bool EventHandler::Uint64(std::uint64_t number) {
  if (!here() || number_ == nullptr) return take(Text());
  *number_ = number;
  return true;
}

bool EventHandler::Key(const char* text, rapidjson::SizeType size, bool) {
  if (!here()) return true;
  key_ = clean(text, size).view();
  text_ = nullptr;
  number_ = nullptr;
  if (level_ == kEvent) select_event_member(key_);
  if (level_ == kActor && key_ == "ID") text_ = &members_.actor_id;
  return true;
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
