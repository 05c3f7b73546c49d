#pragma once

#include <cstdint>
#include <string>

#include "abi/plugin_abi.h"

namespace docktape {

// Falco's log. Lines less severe than the configured level are left out.
class Log {
 public:
  Log() = default;
  Log(abi_log_fn function, void* owner, std::int32_t max_severity)
      : function_(function), owner_(owner), max_severity_(max_severity) {}

  void write(std::int32_t severity, const std::string& text) const;

 private:
  abi_log_fn function_ = nullptr;
  void* owner_ = nullptr;
  std::int32_t max_severity_ = ABI_LOG_INFO;
};

}  // namespace docktape
