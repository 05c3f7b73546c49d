#include "plugin/log.h"

#include "plugin/error.h"

namespace docktape {

void Log::write(std::int32_t severity, const std::string& text) const {
  if (function_ == nullptr || severity > max_severity_) return;
  // Without a component, Falco puts the plugin's name in front.
  function_(owner_, nullptr, one_line(text).c_str(), severity);
}

}  // namespace docktape
