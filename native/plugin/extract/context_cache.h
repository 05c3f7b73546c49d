#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "plugin/extract/event_context.h"

namespace docktape {

// Contexts that were read, by their bytes: all events of a container have the same until something changes.
class ContextCache {
 public:
  // What `json` says; null when it is no usable context. Valid until the next call.
  const EventContext* find(std::string_view json);

 private:
  struct Entry {
    std::string json;
    std::optional<EventContext> context;
  };

  const Entry& add(std::string_view json);

  // The keys are the entries' own texts.
  std::unordered_map<std::string_view, std::unique_ptr<const Entry>> entries_;
  const Entry* last_ = nullptr;
  std::size_t bytes_ = 0;  // of all texts
};

}  // namespace docktape
