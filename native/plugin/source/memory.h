#pragma once

#include <cstddef>
#include <cstring>
#include <memory>

namespace docktape {

// Uninitialised memory that grows.
class Memory {
 public:
  char* data() { return bytes_.get(); }
  std::size_t size() const { return size_; }

  // Makes it `size` bytes and keeps the first `kept` of them.
  void resize(std::size_t size, std::size_t kept) {
    std::unique_ptr<char[]> next(new char[size]);
    if (kept > 0) std::memcpy(next.get(), bytes_.get(), kept);
    bytes_ = std::move(next);
    size_ = size;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace docktape
