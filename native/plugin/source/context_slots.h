#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docktape {

// The contexts that one life of the source host has told of, by the numbers by which its events name them. It writes them by
// src/source/context-slots.ts, which has the same bounds: 64 MiB of them at most.
class ContextSlots {
 public:
  static constexpr std::uint32_t kNumbers = 4096;  // 0 is none
  static constexpr std::size_t kLongest = 16u << 10;

  // From now on the number is for this JSON object. Throws PluginError when it cannot be.
  void set(std::uint32_t number, std::string_view json);

  // What the number is for, valid until the next `set`; null when the host has not said.
  const std::string* find(std::uint32_t number) const {
    return number < slots_.size() && !slots_[number].empty() ? &slots_[number] : nullptr;
  }

 private:
  std::vector<std::string> slots_;  // up to the highest number that was used; empty where none was
};

}  // namespace docktape
