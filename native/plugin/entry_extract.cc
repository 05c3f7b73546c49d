// The extraction capability.
#include "abi/plugin_functions.h"
#include "plugin/guard.h"
#include "plugin/state.h"

using namespace docktape;

abi_rc plugin_extract_fields(void* state, const abi_event_input* event, const abi_extract_input* input) {
  return guarded(state, [&](State& own) {
    own.touch(event->evt);
    own.extractor.extract(*event, input->fields, input->num_fields);
    return ABI_SUCCESS;
  });
}
