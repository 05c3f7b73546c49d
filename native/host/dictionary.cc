#include "dictionary.h"

#include <functional>

namespace docktape {

Dictionary::Dictionary(): slots_(64) {}

uint32_t Dictionary::Code(std::string_view bytes) {
  const size_t hash = std::hash<std::string_view>()(bytes);
  const size_t mask = slots_.size() - 1;
  size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    const uint32_t code = slots_[slot];
    if (entries_[code - 1].hash == hash && (*this)[code] == bytes) return code;
    slot = (slot + 1) & mask;
  }
  entries_.push_back({hash, bytes_.size(), bytes.size()});
  bytes_.append(bytes);
  slots_[slot] = size();
  if (entries_.size() * 2 > slots_.size()) Grow();
  return size();
}

std::string_view Dictionary::operator[](uint32_t code) const {
  const Entry& entry = entries_[code - 1];
  return {bytes_.data() + entry.offset, entry.length};
}

void Dictionary::Grow() {
  slots_.assign(slots_.size() * 4, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t code = 1; code <= size(); code++) {
    size_t slot = entries_[code - 1].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = code;
  }
}

}  // namespace docktape
