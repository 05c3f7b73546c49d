#include "extraction.h"

#include "asker.h"

namespace docktape {
namespace {

/**
 * A dictionary that outgrew these begins anew with the next batch. Fields with few values, which rules ask about most, stay
 * far below them.
 */
constexpr uint32_t kMostKeptValues = 4096;
constexpr size_t kMostKeptBytes = 256 << 10;

void StartBatch(std::vector<ExtractedColumn>& columns) {
  for (ExtractedColumn& column : columns) {
    Dictionary& values = column.request->values;
    if (values.size() > kMostKeptValues || values.bytes() > kMostKeptBytes) values.Clear();
    column.first_new = values.size() + 1;
  }
}

/** Runs `ask` for every event. When it throws, nobody learns of the values that were new: the dictionaries forget them. */
template <typename Ask>
void ForEachEvent(const Events& events, std::vector<ExtractedColumn>& columns, Ask ask) {
  try {
    for (size_t event = 0; event < events.list.size(); event++) ask(event);
  } catch (...) {
    for (ExtractedColumn& column : columns) column.request->values.Clear();
    throw;
  }
}

}  // namespace

void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns, const uint8_t* mask) {
  StartBatch(columns);
  Asker asker(state, events, columns);
  ForEachEvent(events, columns, [&](size_t event) {
    if (mask == nullptr || mask[event] != 0) asker.AskAll(event);
  });
}

void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns, Screen& screen,
             std::vector<Candidate>& candidates) {
  StartBatch(columns);
  for (size_t column = 0; column < columns.size(); column++) {
    screen.Follow(column, columns[column].request->values);
  }
  Asker asker(state, events, columns);
  ForEachEvent(events, columns, [&](size_t event) {
    screen.StartEvent();
    for (size_t column = 0; column < columns.size() && screen.AnyLeft(); column++) {
      if (screen.Asks(column)) screen.Narrow(column, asker.AskOne(event, column));
    }
    screen.Report(event, candidates);
  });
}

}  // namespace docktape
