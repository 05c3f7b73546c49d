#include "screen.h"

#include <algorithm>

namespace docktape {
namespace {

constexpr size_t kWordBits = 64;

}  // namespace

Screen::Screen(size_t rules, std::vector<uint32_t> requests, std::vector<uint64_t> readers, std::vector<uint64_t> absent):
    rules_(rules),
    words_((rules + kWordBits - 1) / kWordBits),
    requests_(std::move(requests)),
    readers_(std::move(readers)),
    absent_(std::move(absent)),
    verdicts_(requests_.size()),
    all_(words_, UINT64_MAX) {
  if (rules % kWordBits != 0) all_.back() = (uint64_t{1} << rules % kWordBits) - 1;
}

void Screen::Judge(size_t column, const std::vector<uint64_t>& sets) {
  auto& known = verdicts_[column].sets;
  known.insert(known.end(), sets.begin(), sets.end());
}

void Screen::Follow(size_t column, const Dictionary& values) {
  Verdicts& verdicts = verdicts_[column];
  if (!verdicts.sets.empty() && verdicts.generation == values.generation()) return;
  verdicts.generation = values.generation();
  verdicts.sets.assign(absent_.begin() + column * words_, absent_.begin() + (column + 1) * words_);
}

bool Screen::AnyLeft() const {
  return std::any_of(possible_.begin(), possible_.end(), [](uint64_t word) { return word != 0; });
}

bool Screen::Asks(size_t column) const {
  const uint64_t* readers = readers_.data() + column * words_;
  for (size_t i = 0; i < words_; i++) {
    if ((readers[i] & possible_[i]) != 0) return true;
  }
  return false;
}

void Screen::Narrow(size_t column, uint32_t code) {
  const auto& sets = verdicts_[column].sets;
  if (code * words_ >= sets.size()) return;
  for (size_t i = 0; i < words_; i++) possible_[i] &= sets[code * words_ + i];
}

void Screen::Report(size_t event, std::vector<Candidate>& candidates) const {
  for (size_t i = 0; i < words_; i++) {
    for (uint64_t left = possible_[i]; left != 0; left &= left - 1) {
      const size_t rule = i * kWordBits + static_cast<size_t>(__builtin_ctzll(left));
      candidates.push_back({static_cast<uint32_t>(rule), static_cast<uint32_t>(event)});
    }
  }
}

}  // namespace docktape
