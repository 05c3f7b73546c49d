#include "plugin/source/event_key.h"

#include <cstdio>
#include <cstring>

namespace docktape {
namespace {

// MurmurHash3_x86_32 by Austin Appleby is in the public domain; these are its constants.
constexpr std::uint32_t kFirst = 0xcc9e2d51, kSecond = 0x1b873593;
constexpr std::uint32_t kSeed = 0x9747b28c;

std::uint32_t rotated(std::uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

// What a word comes to before it meets the hash: the same for every seed, so two hashes cost little more than one.
std::uint32_t scrambled(std::uint32_t word) { return rotated(word * kFirst, 15) * kSecond; }

std::uint32_t mixed(std::uint32_t hash, std::uint32_t word) { return rotated(hash ^ word, 13) * 5 + 0xe6546b64; }

std::uint32_t finished(std::uint32_t hash, std::size_t size) {
  hash ^= static_cast<std::uint32_t>(size);
  hash = (hash ^ hash >> 16) * 0x85ebca6b;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35;
  return hash ^ hash >> 16;
}

}  // namespace

EventKey event_key(std::string_view bytes) {
  std::uint32_t plain = 0, seeded = kSeed;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint32_t word;
  for (; left >= sizeof(word); at += sizeof(word), left -= sizeof(word)) {
    std::memcpy(&word, at, sizeof(word));  // little-endian, as on every machine that this is built for
    word = scrambled(word);
    plain = mixed(plain, word);
    seeded = mixed(seeded, word);
  }
  if (left > 0) {
    word = 0;
    std::memcpy(&word, at, left);
    word = scrambled(word);
    plain ^= word;
    seeded ^= word;
  }
  return {finished(plain, bytes.size()), finished(seeded, bytes.size())};
}

std::string key_text(const EventKey& key) {
  char text[17];
  std::snprintf(text, sizeof(text), "%08x%08x", key.plain, key.seeded);
  return text;
}

}  // namespace docktape
