#include "plugin/source/host_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "plugin/source/wait.h"

namespace docktape {
namespace {

// A request is far smaller than a socket's buffer, so only a host that never starts to read can make it wait.
constexpr Milliseconds kSendTime{1000};

}  // namespace

HostConnection::HostConnection(const std::string& path, const std::string& request, const Log& log)
    : log_(log), process_(path) {
  send(request);
}

void HostConnection::send(std::string_view request) {
  const Deadline deadline(kSendTime);
  while (!request.empty()) {
    // Without MSG_NOSIGNAL, a host that is already dead would end Falco with SIGPIPE.
    const ssize_t sent = ::send(process_.socket(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      request.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      pollfd writable{process_.socket(), POLLOUT, 0};
      if (!wait_for(&writable, 1, deadline)) return;  // no answer will come, which `receive` notices
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return;  // it died: `receive` will tell
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "writing to the source host");
    }
  }
}

FrameReader::Received HostConnection::receive(const Deadline& deadline) {
  if (stderr_open_) stderr_open_ = stderr_.drain(process_.stderr_pipe(), log_);
  FrameReader::Received received = frames_.receive(process_.socket());
  while (received == FrameReader::Received::nothing) {
    pollfd ready[2] = {{process_.socket(), POLLIN, 0}, {process_.stderr_pipe(), POLLIN, 0}};
    if (!wait_for(ready, stderr_open_ ? 2 : 1, deadline)) break;
    if (stderr_open_ && ready[1].revents != 0) stderr_open_ = stderr_.drain(process_.stderr_pipe(), log_);
    received = frames_.receive(process_.socket());
    if (received == FrameReader::Received::nothing && deadline.passed()) break;
  }
  return received;
}

std::string HostConnection::last_words() {
  process_.end();
  if (stderr_open_) stderr_open_ = stderr_.drain(process_.stderr_pipe(), log_);
  const std::string reason = stderr_.reason();
  return reason.empty() ? process_.fate() : process_.fate() + ": " + reason;
}

}  // namespace docktape
