// One event of Docker, read from its JSON once and asked for many fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "plugin/extract/context_cache.h"
#include "plugin/extract/image_reference.h"
#include "plugin/extract/text.h"
#include "plugin/json.h"
#include "plugin/split_payload.h"

namespace docktape {

// The members of an event. Keys come in any order; of repeated keys the last counts, as in Go's encoding/json. A member
// of another JSON type than Docker gives it is absent.
struct EventMembers {
  Text status, id, from, type, action, scope;
  Text health_status;  // Podman's
  Text actor_id;
  std::optional<std::uint64_t> time, time_nano;  // seconds and nanoseconds since the epoch

  struct Attribute {
    std::string_view key;
    Text value;
  };
  std::vector<Attribute> attributes;

  void clear();
};

// The types of object that fields tell apart.
enum class ObjectType : std::uint8_t { container, image, network, volume, service, docktape, other };

class DockerEvent {
 public:
  // Reads the daemon's part of `payload`, which is copied. False when it is not one JSON object in UTF-8: every field is then
  // absent. A context beside it is read when something in it is first asked for: until then the payload must stay where it is.
  bool parse(std::string_view payload);

  const EventMembers& members() const { return members_; }
  bool is(ObjectType type) const { return type_ == type; }

  // Docker's attributes and, for containers and images, the labels among them.
  Text attribute(std::string_view key) const;

  // A composite action such as "exec_start: sh" is split at the first ": ".
  std::string_view verb() const { return members_.action.view().substr(0, separator_); }
  Text detail() const;

  // The reference by which the event names an image, resolved; all parts are absent when it names none.
  const ImageReference& image();

  // Parts of the event's context; null where it has none, or is about nothing of that kind, whatever its context says.
  const HostContext* host();
  const ContainerContext* container();
  const ExecContext* exec();

  // Whether all that its context should say of a container is known, and as it was at the event.
  bool is_enriched();

 private:
  bool read(const SplitPayload& payload);
  Text image_text() const;
  const EventContext* context();

  std::vector<char> buffer_;
  rapidjson::Reader reader_;
  EventMembers members_;
  ObjectType type_ = ObjectType::other;
  std::size_t separator_ = std::string_view::npos;  // where it is in the action
  ImageReference image_;
  bool image_known_ = false;
  std::string_view context_text_;  // not read yet; empty when there is none, or when it was read
  const EventContext* context_ = nullptr;
  ContextCache contexts_;
};

}  // namespace docktape
