// Who this plugin is. Name, ID and source are those that Falco's plugin registry lists.
#pragma once

#include <cstdint>

namespace docktape {

inline constexpr char kName[] = "docker";
inline constexpr std::uint32_t kPluginId = 5;
inline constexpr char kEventSource[] = "docker";
inline constexpr char kDescription[] = "Docker events: live from the daemon, or replayed from a docktape capture";
inline constexpr char kContact[] = "the docktape project";

// 3.5 brought get_metrics; Falco 0.38 and newer load it.
inline constexpr char kRequiredApiVersion[] = "3.5.0";

// Rules written for the Go plugin require docker 0.4.0, and Falco accepts the same major and not older: so this stays
// 0.x and does not follow package.json.
inline constexpr char kVersion[] = "0.5.0";

}  // namespace docktape
