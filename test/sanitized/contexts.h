// Events with something beside them, as no shipped capture need have them: whole, broken, and more of them than are kept.
#pragma once

#include <cstring>
#include <memory>
#include <string>

#include "read_event.h"
#include "state.h"

inline void read_payload(const State& state, const std::string& payload, std::uint64_t number) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  // Of exactly its size, so that a read beyond its end is seen.
  const std::unique_ptr<char[]> bytes(new char[ABI_PAYLOAD_OFFSET + size]);
  const std::uint32_t params[3] = {4, size, 5};
  abi_event header{};
  header.ts = number;
  header.len = ABI_PAYLOAD_OFFSET + size;
  header.type = ABI_PLUGIN_EVENT_TYPE;
  header.nparams = ABI_PLUGIN_EVENT_PARAMS;
  std::memcpy(bytes.get(), &header, sizeof(header));
  std::memcpy(bytes.get() + sizeof(header), params, sizeof(params));
  std::memcpy(bytes.get() + ABI_PAYLOAD_OFFSET, payload.data(), size);
  require(read_event(state, reinterpret_cast<const abi_event*>(bytes.get()), number) > 0, "an event says something");
}

inline void read_contexts(const State& state) {
  const std::string event = R"({"Type":"container","Action":"start","Actor":{"ID":"c1","Attributes":{"name":"web"}})";
  const std::string mounts = R"("mounts":[{"type":"bind","source":"name","destination":"/d","rw":true},{"rw":1},7])";
  const auto context = [&](const std::string& user) {
    return R"(,"docktape":{"host":{"name":"h"},"container":{"user":")" + user + R"(","cap_add":["ALL",""],)" + mounts +
           R"(},"exec":{"args":["sh","-c","id"],"tty":true}}})";
  };
  std::uint64_t number = 0;
  constexpr int kMoreThanAreKept = 5000;
  for (int i = 0; i < kMoreThanAreKept; ++i) read_payload(state, event + context("u" + std::to_string(i)), ++number);
  const std::string whole = context("root");
  for (std::size_t size = 0; size <= whole.size(); size += 7) {
    read_payload(state, event + whole.substr(0, size) + "}}", ++number);
    read_payload(state, event + whole, ++number);
  }
}
