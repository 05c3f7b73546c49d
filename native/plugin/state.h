#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugin/config.h"
#include "plugin/extract/extractor.h"
#include "plugin/log.h"
#include "plugin/metrics.h"
#include "plugin/source/source.h"

namespace docktape {

// What init returns to Falco. Two states may live at once, in different threads: all that they share is the cursors of live
// streams, which outlive both (source/cursor_registry.h).
struct State {
  Config config;
  Log log;
  Metrics metrics;
  Extractor extractor{metrics.parse_errors};
  // Open instances; what Falco does not close, the state's end does.
  std::vector<std::unique_ptr<Source>> sources;

  // Texts that Falco reads after the call that made them.
  std::string last_error;
  std::string open_params;
  std::string event_text;

  Source* add(std::unique_ptr<Source> source);
  // Throws PluginError when `instance` is not an open one of this state.
  Source& find(void* instance);
  // Falco asks about an event, of one of these sources or of none.
  void touch(const abi_event* event) {
    for (const auto& source : sources) source->touch(event);
  }
  // Ends an instance; does nothing for one that is not open.
  void remove(void* instance);
};

}  // namespace docktape
