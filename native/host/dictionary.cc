#include "dictionary.h"

#include "hash.h"

namespace docktape {
namespace {

constexpr size_t kFirstSlots = 64;

}  // namespace

Dictionary::Dictionary(): slots_(kFirstSlots) {}

uint32_t Dictionary::Code(std::string_view bytes) {
  const uint32_t hash = Hash(bytes);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  for (; slots_[at].code != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && (*this)[slots_[at].code] == bytes) return slots_[at].code;
  }
  slots_[at] = {Add(bytes), hash};
  if (entries_.size() * 2 > slots_.size()) Grow();
  return size();
}

std::string_view Dictionary::operator[](uint32_t code) const {
  const Entry& entry = entries_[code - 1];
  return {bytes_.data() + entry.offset, entry.length};
}

void Dictionary::Clear() {
  const uint64_t next = generation_ + 1;
  *this = Dictionary();
  generation_ = next;
}

uint32_t Dictionary::Add(std::string_view bytes) {
  entries_.push_back({bytes_.size(), bytes.size()});
  bytes_.append(bytes);
  return size();
}

void Dictionary::Grow() {
  std::vector<Slot> larger(slots_.size() * 4);
  const size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.code == 0) continue;
    size_t at = slot.hash & mask;
    while (larger[at].code != 0) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_ = std::move(larger);
}

}  // namespace docktape
