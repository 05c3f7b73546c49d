// The text of an event for RapidJSON's in-situ reader, with a faster way over the plain parts of strings: the reader's own
// walks to an aligned address byte by byte, and most strings of an event are over before it gets there.
#pragma once

#include <cstdint>
#include <cstring>

#include "plugin/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace docktape {

// Behind the text's NUL there must be this many bytes that can be read.
inline constexpr std::size_t kReadAhead = 16;

// How many bytes come before the first that ends or interrupts a JSON string: a quote, a backslash or a control character.
inline std::size_t plain_length(const char* text) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1f);
  for (std::size_t at = 0;; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last_control), last_control);
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    const int mask = _mm_movemask_epi8(_mm_or_si128(ends, control));
    if (mask != 0) return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
  }
#else
  const auto is_plain = [](char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) > 0x1f; };
  std::size_t at = 0;
  while (is_plain(text[at])) ++at;
  return at;
#endif
}

struct EventStream : rapidjson::InsituStringStream {
  explicit EventStream(char* text) : rapidjson::InsituStringStream(text) {}

  void pass_plain() {
    const std::size_t length = plain_length(src_);
    if (dst_ != src_) std::memmove(dst_, src_, length);  // an escape before made the string shorter
    src_ += length;
    dst_ += length;
  }
};

}  // namespace docktape

// RapidJSON works on copies of a stream, which pays for most streams. Copying an in-situ one, 24 bytes right after its
// members were written singly, costs the processor a stalled load for every string.
template <>
struct rapidjson::StreamTraits<docktape::EventStream> {
  enum { copyOptimization = 0 };
};

// Where the reader is at the beginning of a string, or behind an escape.
template <>
template <>
inline void rapidjson::Reader::ScanCopyUnescapedString(docktape::EventStream& in, docktape::EventStream&) {
  in.pass_plain();
}
