#pragma once

#include <cstdint>
#include <string>

#include "plugin/config.h"

namespace docktape {

// The line that asks the source host for events. `skip` events of a replay were delivered before.
std::string host_request(const Config& config, const std::string& params, std::uint64_t skip);

}  // namespace docktape
