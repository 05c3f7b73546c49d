#pragma once

#include <napi.h>

#include <memory>
#include <string_view>

namespace docktape {

/**
 * The bytes of a byte string argument (one character a byte), ended by a NUL as C functions want them. Short strings,
 * which nearly all are, stay on the stack.
 */
class ByteStringArg {
public:
  ByteStringArg(napi_env env, napi_value value) {
    if (napi_get_value_string_latin1(env, value, small_, sizeof(small_), &length_) != napi_ok) {
      throw Napi::TypeError::New(env, "expected a byte string");
    }
    // A string that was cut fills the buffer, and so does one that just fits: both are read again, whole.
    if (length_ < sizeof(small_) - 1) return;
    napi_get_value_string_latin1(env, value, nullptr, 0, &length_);
    large_ = std::make_unique<char[]>(length_ + 1);
    napi_get_value_string_latin1(env, value, large_.get(), length_ + 1, &length_);
    data_ = large_.get();
  }

  ByteStringArg(const ByteStringArg&) = delete;
  ByteStringArg& operator=(const ByteStringArg&) = delete;

  const char* c_str() const { return data_; }
  std::string_view view() const { return {data_, length_}; }

private:
  char small_[1024];
  size_t length_ = 0;
  std::unique_ptr<char[]> large_;
  const char* data_ = small_;
};

}  // namespace docktape
