#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>

#include "abi/plugin_abi.h"

namespace docktape {

/**
 * How a value is written as bytes. A single string or address is its own bytes, a number 8 of them, a boolean 1. A list
 * is its elements, each string and address preceded by its length.
 */
class ValueWriter {
public:
  /**
   * The bytes of what a plugin extracted, valid until the next call or the plugin's next. Throws std::runtime_error for null
   * pointers, and for several values where there can be one.
   */
  std::string_view Write(const abi_extract_field& field);

private:
  std::string_view WriteList(const abi_extract_field& field);
  void AppendElement(const abi_extract_field& field, uint64_t index);

  std::string list_;
};

/** The string or address at `index` of an extracted field. Throws std::runtime_error for null pointers. */
inline std::string_view BytesAt(const abi_extract_field& field, uint64_t index) {
  if (field.ftype == ABI_STRING) {
    const char* text = field.res.str[index];
    if (text != nullptr) return {text, std::strlen(text)};
  } else {
    const abi_byte_buffer& buffer = field.res.buf[index];
    if (buffer.ptr != nullptr) return {static_cast<const char*>(buffer.ptr), buffer.len};
  }
  throw std::runtime_error(std::string("extract_fields gave a null pointer as a value of ") + field.field);
}

/** Whether values of this type have a length of their own. */
inline bool HasLength(uint32_t type) { return type == ABI_STRING || type == ABI_IPADDR || type == ABI_IPNET; }

/** Reads the elements of a value's bytes, one after the other. */
class ValueReader {
public:
  explicit ValueReader(std::string_view bytes): rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view Bytes() { return Take(static_cast<size_t>(Number())); }
  bool Boolean() { return Take(1)[0] != 0; }
  uint64_t Number() {
    uint64_t number;
    std::memcpy(&number, Take(sizeof(number)).data(), sizeof(number));
    return number;
  }

private:
  std::string_view Take(size_t length) {
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  std::string_view rest_;
};

}  // namespace docktape
