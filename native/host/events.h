#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "abi/plugin_abi.h"

namespace docktape {

/** Well-formed plugin events, in order. Those of a source are the plugin's memory; wrapped ones are our own. */
struct Events {
  std::vector<abi_event*> list;
  std::unique_ptr<uint8_t[]> storage;
  size_t storage_size = 0;
  /** The evtnum of the first; the others follow. */
  uint64_t first_number = 0;
};

/** What Falco refuses about an event that a plugin with this ID gave; "" for a good one. */
std::string CheckEvent(const abi_event* event, uint32_t plugin_id);

/** Fills in what Falco fills in: the plugin's ID where it is 0, the time where it is "now", no thread. */
void CompleteEvent(abi_event* event, uint32_t plugin_id);

/** The payload of a well-formed event. */
std::string_view PayloadOf(const abi_event* event);

/** Makes events of `count` payloads: `data` from `bounds[2 * i]` up to `bounds[2 * i + 1]`, at `times[i]`. */
Events WrapEvents(const uint8_t* data, const uint32_t* bounds, const uint64_t* times, size_t count, uint32_t plugin_id);

}  // namespace docktape
