#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "plugin/source/memory.h"

namespace docktape {

// What the source host says, as docs/architecture.md lists it.
enum class FrameKind : std::uint32_t {
  opened = 1,
  events = 2,
  log = 3,
  error = 4,
  end = 5,
  stats = 6,
  own = 7,
  context = 8,
  enriched = 9
};

struct Frame {
  FrameKind kind;
  std::uint32_t count;
  std::string_view body;
};

// Cuts the bytes of the host's socket into frames. Memory grows with what has arrived, never with what a header claims.
class FrameReader {
 public:
  enum class Received { bytes, nothing, end };

  // Reads once from the socket, without waiting. Views of earlier frames end here.
  Received receive(int socket);

  // The next frame that has arrived whole. Throws PluginError when the stream is damaged.
  std::optional<Frame> next();

 private:
  void make_room();

  Memory memory_;
  std::size_t begin_ = 0;  // of what next() has not returned
  std::size_t end_ = 0;
};

}  // namespace docktape
