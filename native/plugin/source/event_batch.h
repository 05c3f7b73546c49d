#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "abi/plugin_abi.h"
#include "plugin/source/event_lines.h"
#include "plugin/source/memory.h"

namespace docktape {

// Events in the form that Falco reads, valid until the next fill.
class EventBatch {
 public:
  // Takes events from the front of `lines`, which has some, up to the bounds of a batch.
  void fill(EventLines& lines);
  void clear();

  abi_event** events() { return events_.data(); }
  std::uint32_t count() const { return static_cast<std::uint32_t>(events_.size()); }
  // Of the lines that they came in: without contexts that came on their own.
  std::uint64_t line_bytes() const { return line_bytes_; }

  // Whether they are docktape's own events and not the daemon's: a batch is either.
  bool is_own() const { return is_own_; }
  std::uint64_t time(std::size_t index) const { return events_[index]->ts; }
  std::string_view payload(std::size_t index) const;

  // Whether an address is between those of its first and its last event.
  bool spans(const abi_event* event) const {
    return !events_.empty() && event >= events_.front() && event <= events_.back();
  }

  // How many of its events there are up to the one at this address; 0 when that is none of them.
  std::size_t count_until(const abi_event* event) const;

 private:
  Memory memory_;
  std::vector<abi_event*> events_;
  std::uint64_t line_bytes_ = 0;
  bool is_own_ = false;
};

}  // namespace docktape
