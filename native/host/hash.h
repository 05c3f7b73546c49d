#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace docktape {

/** Differs from process to process. */
extern const uint64_t kHashSeed;

namespace hashing {

inline uint64_t Word(const char* from) {
  uint64_t word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

/** Fewer than 8 bytes, all of them in the result. */
inline uint64_t Few(const char* from, size_t length) {
  if (length >= 4) {
    uint32_t first, last;
    std::memcpy(&first, from, sizeof(first));
    std::memcpy(&last, from + length - 4, sizeof(last));
    return uint64_t{first} << 32 | last;
  }
  if (length == 0) return 0;
  const auto byte = [&](size_t i) { return uint64_t{static_cast<unsigned char>(from[i])}; };
  return byte(0) << 16 | byte(length / 2) << 8 | byte(length - 1);
}

/** Both halves of the product: every bit of the result depends on all of both factors. */
inline uint64_t Mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace hashing

/**
 * A hash for tables of texts, most of them shorter than 100 bytes, for which it takes a few nanoseconds. Values come from
 * whoever can start a container: the seed keeps them from choosing such that collide.
 */
inline uint32_t Hash(std::string_view bytes) {
  using namespace hashing;
  constexpr uint64_t kStart = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio
  const char* at = bytes.data();
  size_t left = bytes.size();
  uint64_t hash = kStart ^ left;
  for (; left > 16; at += 16, left -= 16) hash = Mix(Word(at) ^ kHashSeed, Word(at + 8) ^ hash);
  const uint64_t first = left >= 8 ? Word(at) : Few(at, left);
  const uint64_t last = left >= 8 ? Word(at + left - 8) : 0;
  hash = Mix(first ^ kHashSeed, last ^ hash);
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

}  // namespace docktape
