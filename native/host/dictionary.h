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

  /** How much memory the strings take. */
  size_t bytes() const { return bytes_.size(); }

  /** The bytes with this number, valid until the next Code. */
  std::string_view operator[](uint32_t code) const;

  /** Forgets every string, and gives their memory back. */
  void Clear();

  /** How often it was cleared: the numbers of another generation mean other strings. */
  uint64_t generation() const { return generation_; }

private:
  struct Entry {
    size_t offset;
    size_t length;
  };

  /** A code, or 0 for free, and a part of its hash, so that most collisions are seen without a look at the strings. */
  struct Slot {
    uint32_t code;
    uint32_t hash;
  };

  uint32_t Add(std::string_view bytes);
  void Grow();

  std::vector<Entry> entries_;
  std::string bytes_;
  /** Open addressing with linear probing. A power of two of slots, at most half of them used. */
  std::vector<Slot> slots_;
  uint64_t generation_ = 0;
};

}  // namespace docktape
