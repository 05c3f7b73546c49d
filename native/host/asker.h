#pragma once

#include <vector>

#include "extraction.h"
#include "value.h"

namespace docktape {

/** Asks the plugin for the fields of columns, event by event, and stores the answers. */
class Asker {
public:
  Asker(State& state, const Events& events, std::vector<ExtractedColumn>& columns);

  /** Every column of an event. */
  void AskAll(size_t event);

  /** One column of an event; the code of its value. */
  uint32_t AskOne(size_t event, size_t column);

private:
  /** Whether the plugin succeeded. The results of what it did not fill in are absent. */
  bool Ask(size_t event, abi_extract_field* fields, uint32_t count);
  uint32_t Store(size_t event, size_t column);

  State& state_;
  const Events& events_;
  std::vector<ExtractedColumn>& columns_;
  /** What the plugin is asked for, in the order of the columns. */
  std::vector<abi_extract_field> fields_;
  abi_extract_input input_ = {};
  ValueWriter writer_;
};

}  // namespace docktape
