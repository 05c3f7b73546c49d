// Faults on purpose: three in how the library is used, found in its own code, and one in the driver.
#pragma once

#include <climits>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "read_event.h"
#include "state.h"

// An event that ends before its payload does.
inline std::unique_ptr<char[]> cut_event(std::uint32_t payload, std::uint32_t present) {
  std::unique_ptr<char[]> bytes(new char[ABI_PAYLOAD_OFFSET + present]());
  const std::uint32_t params[3] = {4, payload, 5};
  abi_event header{};
  header.len = ABI_PAYLOAD_OFFSET + payload;
  header.type = ABI_PLUGIN_EVENT_TYPE;
  header.nparams = ABI_PLUGIN_EVENT_PARAMS;
  std::memcpy(bytes.get(), &header, sizeof(header));
  std::memcpy(bytes.get() + sizeof(header), params, sizeof(params));
  return bytes;
}

// Makes a fault that a sanitizer must find: freed, overflow, leak or undefined.
inline void make_fault(const std::string& fault) {
  if (fault == "leak") {
    abi_rc rc = ABI_FAILURE;
    init("{}", rc);
  } else if (fault == "undefined") {
    volatile int most = INT_MAX;
    most = most + 1;
  } else {
    const State state("{}");
    std::unique_ptr<char[]> bytes = cut_event(64, fault == "overflow" ? 56 : 64);
    const auto* event = reinterpret_cast<const abi_event*>(bytes.get());
    if (fault == "freed") bytes.reset();
    read_event(state, event, 1);
  }
}
