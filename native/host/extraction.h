#pragma once

#include <vector>

#include "events.h"
#include "screen.h"
#include "state.h"

namespace docktape {

/** One field over a batch: for each event the number of its value in the request's dictionary, 0 where it is absent. */
struct ExtractedColumn {
  Request* request;
  uint32_t* codes;
  /** The number of the first value that the dictionary got from this batch; 1 when it began anew. */
  uint32_t first_new;
};

/**
 * Extracts the columns' fields of every event, or of those whose byte in `mask` is not 0; no two columns have the same
 * request. The codes are written where each column says. Throws std::runtime_error when the plugin gives a result that
 * Falco would crash on.
 */
void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns, const uint8_t* mask = nullptr);

/**
 * As above for the columns of a screen, but a field of an event is only asked for while a rule that reads it can still
 * match; where it was not, the code stays as it is. `candidates` gets what is left.
 */
void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns, Screen& screen,
             std::vector<Candidate>& candidates);

}  // namespace docktape
