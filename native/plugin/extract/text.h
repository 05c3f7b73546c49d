// A string value inside an event: absent, or bytes that a NUL follows and that contain none.
#pragma once

#include <cstddef>
#include <string_view>

namespace docktape {

class Text {
 public:
  constexpr Text() = default;

  // `data[size]` must be a NUL and must stay valid as long as this is used.
  constexpr Text(const char* data, std::size_t size) : view_(data, size) {}

  bool present() const { return view_.data() != nullptr; }
  bool empty() const { return view_.empty(); }
  const char* c_str() const { return view_.data(); }
  std::string_view view() const { return view_; }

  // What Docker leaves empty where it has no value (an Actor's ID on prune) is no value.
  Text unless_empty() const { return empty() ? Text() : *this; }

  // The rest from `offset`, which is at most the size.
  Text from(std::size_t offset) const { return Text(view_.data() + offset, view_.size() - offset); }

 private:
  std::string_view view_;
};

}  // namespace docktape
