// Receives an event's JSON from RapidJSON's in-situ reader and keeps slices of what fields are made of.
#pragma once

#include "plugin/extract/docker_event.h"
#include "plugin/json.h"

namespace docktape {

class EventHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, EventHandler> {
 public:
  explicit EventHandler(EventMembers& members) : members_(members) {}

  bool Null() { return take(Text()); }
  bool Bool(bool) { return take(Text()); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool);
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
  void select_event_member(std::string_view key);
  bool here() const { return depth_ == level_; }

  EventMembers& members_;
  int depth_ = 0;
  int level_ = kOutside;
  std::string_view key_;
  // Where the current member's value goes: to one of these or nowhere.
  Text* text_ = nullptr;
  std::string_view* number_ = nullptr;
};

}  // namespace docktape
