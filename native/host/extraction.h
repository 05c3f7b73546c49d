#pragma once

#include <vector>

#include "dictionary.h"
#include "events.h"
#include "state.h"

namespace docktape {

/** One field over a batch: for each event the number of its value, 0 where it is absent. */
struct ExtractedColumn {
  const Request* request;
  uint32_t* codes;
  /** The values as bytes; value.h says how. */
  Dictionary values;
};

/**
 * Extracts the columns' fields of every event. The codes are written where each column says.
 * Throws std::runtime_error when the plugin gives a result that Falco would crash on.
 */
void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns);

}  // namespace docktape
