#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abi/plugin_abi.h"

namespace docktape {

/** Well-formed plugin events, in order. Those of a source are the plugin's memory; wrapped ones are the state's. */
struct Events {
  std::vector<abi_event*> list;
  /** The evtnum of the first; the others follow. */
  uint64_t first_number = 0;
};

/** What Falco refuses about an event that a plugin with this ID gave; "" for a good one. */
std::string CheckEvent(const abi_event* event, uint32_t plugin_id);

/** Fills in what Falco fills in: the plugin's ID where it is 0, the time where it is "now", no thread. */
void CompleteEvent(abi_event* event, uint32_t plugin_id);

/** The payload of a well-formed event. */
std::string_view PayloadOf(const abi_event* event);

/** Payload `i` of `count`: `data` from `bounds[2 * i]` up to `bounds[2 * i + 1]`, at `times[i]`. */
struct Payloads {
  const uint8_t* data;
  const uint32_t* bounds;
  const uint64_t* times;
  size_t count;
};

/** Makes events of payloads, in `storage`. That only grows: fresh memory costs more than all the copying. */
std::vector<abi_event*> WrapEvents(const Payloads& payloads, uint32_t plugin_id, std::vector<uint8_t>& storage);

}  // namespace docktape
