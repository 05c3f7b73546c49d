#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docktape {

/** Distinct byte strings, numbered from 1 in the order in which they first came. */
class Dictionary {
public:
  Dictionary();

  /** The number of `bytes`, a new one if they are new. */
  uint32_t Code(std::string_view bytes);

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }

  /** The bytes with this number, valid until the next Code. */
  std::string_view operator[](uint32_t code) const;

private:
  struct Entry {
    size_t hash;
    size_t offset;
    size_t length;
  };

  void Grow();

  std::vector<Entry> entries_;
  std::string bytes_;
  /** Open addressing with linear probing: a code, or 0 for free. A power of two of slots, at most half of them used. */
  std::vector<uint32_t> slots_;
};

}  // namespace docktape
