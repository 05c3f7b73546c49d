// Receives an event's JSON from RapidJSON's in-situ reader and keeps slices of what fields are made of.
#pragma once

#include "plugin/extract/docker_event.h"
#include "plugin/extract/utf8.h"
#include "plugin/json.h"

namespace docktape {

class EventHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, EventHandler> {
 public:
  // `is_risky` tells whether an escape may have put a NUL or half of a surrogate pair into a string.
  EventHandler(EventMembers& members, bool is_risky) : members_(members), is_risky_(is_risky) {}

  bool Null() { return take(Text()); }
  bool Bool(bool) { return take(Text()); }
  bool Int(int) { return take(Text()); }  // a negative one
  bool Int64(std::int64_t) { return take(Text()); }
  bool Uint(unsigned number) { return Uint64(number); }
  bool Uint64(std::uint64_t number);
  bool Double(double) { return take(Text()); }
  bool String(const char* text, rapidjson::SizeType size, bool);
  bool Key(const char* text, rapidjson::SizeType size, bool);
  bool StartObject();
  bool EndObject(rapidjson::SizeType);
  bool StartArray();
  bool EndArray(rapidjson::SizeType);

 private:
  // Objects from the root down that matter: the event, its Actor, the Actor's Attributes.
  enum Level { kOutside = 0, kEvent = 1, kActor = 2, kAttributes = 3 };

  // A value that is a string, or of a type that Docker does not use here: then absent. False ends the parsing.
  bool take(Text value);
  // Of half of a surrogate pair the reader makes bytes that are not UTF-8, and an alert's JSON can hold no such text.
  bool is_text(const char* text, std::size_t size) const { return !is_risky_ || is_utf8({text, size}); }
  Text clean(const char* text, std::size_t size) const {
    return is_risky_ ? without_nuls(text, size) : Text(text, size);
  }
  static Text without_nuls(const char* text, std::size_t size);
  void select_event_member(std::string_view key);
  bool here() const { return depth_ == level_; }

  EventMembers& members_;
  const bool is_risky_;
  int depth_ = 0;
  int level_ = kOutside;
  std::string_view key_;
  // Where the current member's value goes: to one of these or nowhere.
  Text* text_ = nullptr;
  std::optional<std::uint64_t>* number_ = nullptr;
};

// Here, so that the compiler can put them into the reader, which is where an extractor's time goes.

inline bool EventHandler::take(Text value) {
  if (!here()) return true;
  if (level_ == kAttributes) {
    members_.attributes.push_back({key_, value});
  } else {
    if (text_ != nullptr) *text_ = value;
    if (number_ != nullptr) number_->reset();
  }
  return level_ != kOutside;  // an event is an object
}

inline bool EventHandler::String(const char* text, rapidjson::SizeType size, bool) {
  return is_text(text, size) && take(clean(text, size));
}

inline bool EventHandler::Uint64(std::uint64_t number) {
  if (!here() || number_ == nullptr) return take(Text());
  *number_ = number;
  return true;
}

inline bool EventHandler::Key(const char* text, rapidjson::SizeType size, bool) {
  if (!is_text(text, size)) return false;
  if (!here()) return true;
  key_ = clean(text, size).view();
  if (level_ == kAttributes) return true;
  text_ = nullptr;
  number_ = nullptr;
  if (level_ == kEvent) select_event_member(key_);
  if (level_ == kActor && key_ == "ID") text_ = &members_.actor_id;
  return true;
}

}  // namespace docktape
