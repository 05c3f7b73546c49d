// A payload as Falco hands it to a plugin.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "abi/plugin_abi.h"
#include "plugin/identity.h"

namespace docktape::fuzz {

// In memory of exactly its size, so that the sanitizer sees a read beyond its end.
class PluginEvent {
 public:
  PluginEvent(std::string_view payload, std::uint64_t number)
      : bytes_(new char[ABI_PAYLOAD_OFFSET + payload.size()]), number_(number) {
    const auto size = static_cast<std::uint32_t>(payload.size());
    const std::uint32_t params[3] = {sizeof(kPluginId), size, kPluginId};
    abi_event header{};
    header.ts = number;
    header.len = ABI_PAYLOAD_OFFSET + size;
    header.type = ABI_PLUGIN_EVENT_TYPE;
    header.nparams = ABI_PLUGIN_EVENT_PARAMS;
    std::memcpy(bytes_.get(), &header, sizeof(header));
    std::memcpy(bytes_.get() + sizeof(header), params, sizeof(params));
    if (size > 0) std::memcpy(bytes_.get() + ABI_PAYLOAD_OFFSET, payload.data(), size);
  }

  const abi_event* event() const { return reinterpret_cast<const abi_event*>(bytes_.get()); }
  abi_event_input input() const { return {event(), number_, kEventSource}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::uint64_t number_;
};

}  // namespace docktape::fuzz
