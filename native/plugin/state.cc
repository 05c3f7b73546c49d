#include "plugin/state.h"

#include <algorithm>

#include "plugin/error.h"

namespace docktape {
namespace {

auto place_of(std::vector<std::unique_ptr<Source>>& sources, void* instance) {
  return std::find_if(sources.begin(), sources.end(), [&](const auto& source) { return source.get() == instance; });
}

}  // namespace

Source* State::add(std::unique_ptr<Source> source) {
  sources.push_back(std::move(source));
  return sources.back().get();
}

Source& State::find(void* instance) {
  const auto place = place_of(sources, instance);
  if (place == sources.end()) throw PluginError("this source is not open; open it first");
  return **place;
}

void State::remove(void* instance) {
  const auto place = place_of(sources, instance);
  if (place != sources.end()) sources.erase(place);
}

}  // namespace docktape
