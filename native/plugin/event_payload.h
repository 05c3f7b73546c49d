#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "abi/plugin_abi.h"
#include "plugin/identity.h"

namespace docktape {

// The payload of an event that is one of this plugin's (or of nobody's: ID 0); none, with a null data(), when it is
// another's or when its lengths do not fit. Events also come from files that somebody else wrote.
inline std::string_view event_payload(const abi_event* event) {
  if (event == nullptr || event->type != ABI_PLUGIN_EVENT_TYPE || event->nparams != ABI_PLUGIN_EVENT_PARAMS ||
      event->len < ABI_PAYLOAD_OFFSET) {
    return {};
  }
  const char* bytes = reinterpret_cast<const char*>(event);
  std::uint32_t params[3];  // length of the ID, length of the payload, the ID
  std::memcpy(params, bytes + sizeof(abi_event), sizeof(params));
  const bool ours = params[2] == kPluginId || params[2] == 0;
  if (!ours || params[0] != sizeof(std::uint32_t) || params[1] > event->len - ABI_PAYLOAD_OFFSET) return {};
  return {bytes + ABI_PAYLOAD_OFFSET, params[1]};
}

}  // namespace docktape
