#pragma once

#include <poll.h>

#include <cstddef>

#include "plugin/deadline.h"

namespace docktape {

// poll(2) until the deadline, whatever signals interrupt it (Falco has a ticker). Whether a descriptor is ready.
bool wait_for(pollfd* descriptors, std::size_t count, const Deadline& deadline);

// Sleeps until the deadline. Never throws: a host is ended in a destructor.
void sleep_until(const Deadline& deadline) noexcept;

}  // namespace docktape
