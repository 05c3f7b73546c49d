#include "plugin/extract/docker_event.h"

#include <cstring>

#include "plugin/extract/event_handler.h"
#include "plugin/extract/event_stream.h"
#include "plugin/extract/utf8.h"

namespace docktape {
namespace {

// One huge event must not cost its memory for good.
constexpr std::size_t kMostKeptMemory = 8u << 20;

constexpr std::string_view kSeparator = ": ";

ObjectType object_type(std::string_view name) {
  if (name == "container") return ObjectType::container;
  if (name == "image") return ObjectType::image;
  if (name == "network") return ObjectType::network;
  if (name == "volume") return ObjectType::volume;
  if (name == "service") return ObjectType::service;
  if (name == "docktape") return ObjectType::docktape;  // our own: a gap, a container that ended unseen
  return ObjectType::other;
}

// Whether an escape makes what no other text of the JSON can: a NUL, or half of a surrogate pair (a whole one counts here
// too). One search of the whole text is cheaper than one of each string.
bool has_risky_escape(std::string_view json) {
  for (std::size_t at = json.find("\\u"); at != std::string_view::npos; at = json.find("\\u", at + 2)) {
    const std::string_view digits = json.substr(at + 2, 4);
    if (digits == "0000" || digits.substr(0, 1) == "d" || digits.substr(0, 1) == "D") return true;
  }
  return false;
}

}  // namespace

void EventMembers::clear() {
  status = id = from = type = action = scope = health_status = actor_id = Text();
  time.reset();
  time_nano.reset();
  attributes.clear();
}

bool DockerEvent::parse(std::string_view payload) {
  const SplitPayload split = split_payload(payload);
  const bool readable = read(split);
  if (!readable) members_.clear();
  // What many fields ask about is found out once.
  type_ = object_type(members_.type.view());
  separator_ = members_.action.view().find(kSeparator);
  image_known_ = false;
  context_text_ = split.context;
  context_ = nullptr;
  return readable;
}

bool DockerEvent::read(const SplitPayload& payload) {
  members_.clear();
  const std::size_t length = payload.daemon.size() + payload.end.size();
  const std::size_t size = length + kReadAhead;
  if (buffer_.size() > kMostKeptMemory && size <= kMostKeptMemory) buffer_ = std::vector<char>();
  if (buffer_.size() < size) buffer_.resize(size);
  if (!payload.daemon.empty()) std::memcpy(buffer_.data(), payload.daemon.data(), payload.daemon.size());
  if (!payload.end.empty()) std::memcpy(buffer_.data() + payload.daemon.size(), payload.end.data(), payload.end.size());
  buffer_[length] = '\0';

  // Checked up front and not by the reader, whose own check costs it the vector scan.
  if (!is_utf8(std::string_view(buffer_.data(), length))) return false;

  EventHandler handler(members_, has_risky_escape(payload.daemon));
  EventStream stream(buffer_.data());
  const bool parsed = !reader_.Parse<rapidjson::kParseInsituFlag>(stream, handler).IsError();
  // The reader takes a NUL for the end of the text.
  return parsed && stream.Tell() == length;
}

Text DockerEvent::attribute(std::string_view key) const {
  const auto& attributes = members_.attributes;
  for (auto it = attributes.rbegin(); it != attributes.rend(); ++it) {
    if (it->key == key) return it->value;
  }
  return Text();
}

Text DockerEvent::detail() const {
  if (separator_ == std::string_view::npos) return Text();
  return members_.action.from(separator_ + kSeparator.size());
}

const ImageReference& DockerEvent::image() {
  if (!image_known_) {
    image_ = ImageReference::parse(image_text().view());
    image_known_ = true;
  }
  return image_;
}

// A container's event names its image in an attribute. An image's event has the reference as its ID (pull, push) or, where
// the ID is the image's, as its name.
Text DockerEvent::image_text() const {
  if (is(ObjectType::container)) return attribute("image");
  if (!is(ObjectType::image)) return Text();
  const bool by_reference = !ImageReference::parse(members_.actor_id.view()).repository.empty();
  const Text name = attribute("name");
  return by_reference || name.empty() ? members_.actor_id : name;
}

const EventContext* DockerEvent::context() {
  if (!context_text_.empty()) {
    context_ = contexts_.find(context_text_);
    context_text_ = {};
  }
  return context_;
}

const HostContext* DockerEvent::host() {
  const EventContext* known = context();
  return known == nullptr ? nullptr : &known->host;
}

const ContainerContext* DockerEvent::container() {
  if (!is(ObjectType::container) && !is(ObjectType::docktape)) return nullptr;
  const EventContext* known = context();
  return known == nullptr || !known->container ? nullptr : &*known->container;
}

const ExecContext* DockerEvent::exec() {
  if (!is(ObjectType::container)) return nullptr;
  const EventContext* known = context();
  return known == nullptr || !known->exec ? nullptr : &*known->exec;
}

bool DockerEvent::is_enriched() { return container() != nullptr && !context()->lacks_something; }

}  // namespace docktape
