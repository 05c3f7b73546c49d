#include "plugin/source/context_slots.h"

#include "plugin/error.h"

namespace docktape {

void ContextSlots::set(std::uint32_t number, std::string_view json) {
  const bool is_object = json.size() >= 2 && json.front() == '{' && json.back() == '}';
  if (number == 0 || number >= kNumbers || !is_object || json.size() > kLongest) {
    throw PluginError("the source host sent a damaged context (number " + std::to_string(number) + ", " +
                      std::to_string(json.size()) + " bytes); it must be of the same version as libdocker.so");
  }
  if (number >= slots_.size()) slots_.resize(number + 1);
  slots_[number] = json;
}

}  // namespace docktape
