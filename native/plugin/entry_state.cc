// The life of a state, and what can be asked of it at any time.
#include <string>

#include "abi/plugin_functions.h"
#include "plugin/guard.h"
#include "plugin/state.h"

using namespace docktape;

// On failure too a state is returned, so that get_last_error can say why. Nothing is started and no file is read here:
// Falco also calls init for --validate, --list and before a hot reload, and then never opens.
void* plugin_init(const abi_init_input* input, abi_rc* rc) {
  State* state = guarded_or<State*>(nullptr, [] { return new State; });
  const abi_rc result = guarded(state, [&](State& own) {
    const bool given = input != nullptr && input->config != nullptr;
    own.config = Config::parse(given ? input->config : "");
    if (input != nullptr) own.log = Log(input->log, input->owner, own.config.max_severity());
    return ABI_SUCCESS;
  });
  if (rc != nullptr) *rc = result;
  return state;
}

void plugin_destroy(void* state) { delete static_cast<State*>(state); }

const char* plugin_get_last_error(void* state) {
  return state == nullptr ? "no memory for a plugin state" : static_cast<State*>(state)->last_error.c_str();
}

abi_metric* plugin_get_metrics(void* state, std::uint32_t* num_metrics) {
  *num_metrics = 0;
  return state == nullptr ? nullptr : static_cast<State*>(state)->metrics.snapshot(*num_metrics);
}
