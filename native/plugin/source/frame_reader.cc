#include "plugin/source/frame_reader.h"

#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "plugin/error.h"

namespace docktape {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint32_t kMaxBody = 256u << 20;
constexpr std::size_t kUsualMemory = 1u << 20;
constexpr std::size_t kMostKeptMemory = 8u << 20;
constexpr std::size_t kLeastRead = 64u << 10;

std::uint32_t little_endian(const char* bytes) {
  std::uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

FrameReader::Received FrameReader::receive(int socket) {
  make_room();
  while (true) {
    const ssize_t got = recv(socket, memory_.data() + end_, memory_.size() - end_, MSG_DONTWAIT);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return Received::bytes;
    }
    if (got == 0 || errno == ECONNRESET) return Received::end;
    if (errno == EAGAIN) return Received::nothing;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "reading from the source host");
  }
}

void FrameReader::make_room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (memory_.size() == 0 || memory_.size() > kMostKeptMemory) memory_.resize(kUsualMemory, 0);
  }
  if (memory_.size() - end_ >= kLeastRead) return;
  std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (memory_.size() - end_ < kLeastRead) memory_.resize(memory_.size() * 2, end_);
}

std::optional<Frame> FrameReader::next() {
  if (end_ - begin_ < kHeader) return std::nullopt;
  const char* header = memory_.data() + begin_;
  const std::uint32_t length = little_endian(header);
  const std::uint32_t kind = little_endian(header + 4);
  if (length > kMaxBody || kind < static_cast<std::uint32_t>(FrameKind::opened) ||
      kind > static_cast<std::uint32_t>(FrameKind::enriched)) {
    throw PluginError("the source host sent no frame (length " + std::to_string(length) + ", kind " + std::to_string(kind) +
                      "); it must be of the same version as libdocker.so and write nothing else to descriptor 3");
  }
  if (end_ - begin_ - kHeader < length) return std::nullopt;
  begin_ += kHeader + length;
  return Frame{static_cast<FrameKind>(kind), little_endian(header + 8), std::string_view(header + kHeader, length)};
}

}  // namespace docktape
