#include "plugin/source/wait.h"

#include <cerrno>
#include <system_error>

namespace docktape {

bool wait_for(pollfd* descriptors, std::size_t count, const Deadline& deadline) {
  while (true) {
    const int ready = poll(descriptors, count, deadline.remaining_ms());
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
  }
}

void sleep_until(const Deadline& deadline) noexcept {
  while (!deadline.passed()) poll(nullptr, 0, deadline.remaining_ms());
}

}  // namespace docktape
