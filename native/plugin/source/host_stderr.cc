#include "plugin/source/host_stderr.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "plugin/error.h"

namespace docktape {
namespace {

constexpr std::size_t kKept = 16 * 1024;
constexpr std::size_t kLongestLine = 1024;
constexpr int kMostReads = 16;

}  // namespace

bool HostStderr::drain(int pipe, const Log& log) {
  char buffer[4096];
  // Bounded: a host that writes without end must not keep its reader.
  for (int reads = 0; reads < kMostReads; ++reads) {
    const ssize_t got = read(pipe, buffer, sizeof(buffer));
    if (got > 0) {
      take(std::string_view(buffer, static_cast<std::size_t>(got)), log);
    } else if (got == 0 || errno != EINTR) {
      return got < 0 && errno == EAGAIN;
    }
  }
  return true;
}

void HostStderr::take(std::string_view text, const Log& log) {
  recent_ += text;
  if (recent_.size() > kKept) recent_.erase(0, recent_.size() - kKept);
  for (const char byte : text) {
    if (byte != '\n') line_ += byte;
    if (byte == '\n' || line_.size() >= kLongestLine) {
      if (!line_.empty()) log.write(ABI_LOG_WARNING, "source host: " + line_);
      line_.clear();
    }
  }
}

// Node prints the place, the code, then the error, the stack and its own version; other programs end with their error.
std::string HostStderr::reason() const {
  std::string last;
  for (std::size_t at = 0; at < recent_.size();) {
    const std::size_t end = std::min(recent_.find('\n', at), recent_.size());
    const std::string line = one_line(recent_.substr(at, end - at));
    if (line.find("Error: ") != std::string::npos || line.find("FATAL ERROR: ") != std::string::npos) return line;
    if (!line.empty()) last = line;
    at = end + 1;
  }
  return last;
}

}  // namespace docktape
