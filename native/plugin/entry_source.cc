// The sourcing capability.
#include "abi/plugin_functions.h"
#include "plugin/event_payload.h"
#include "plugin/extract/utf8.h"
#include "plugin/guard.h"
#include "plugin/source/open_params_list.h"
#include "plugin/state.h"

using namespace docktape;

const char* plugin_list_open_params(void* state, abi_rc* rc) {
  const abi_rc result = guarded(state, [](State& own) {
    own.open_params = open_params_as_json(own.config.captures);
    return ABI_SUCCESS;
  });
  if (rc != nullptr) *rc = result;
  return result == ABI_SUCCESS ? static_cast<State*>(state)->open_params.c_str() : nullptr;
}

void* plugin_open(void* state, const char* params, abi_rc* rc) {
  void* instance = nullptr;
  const abi_rc result = guarded(state, [&](State& own) {
    own.extractor.forget();
    auto source = std::make_unique<Source>(own.config, own.log, own.metrics, params == nullptr ? "" : params);
    source->open();
    instance = own.add(std::move(source));
    return ABI_SUCCESS;
  });
  if (rc != nullptr) *rc = result;
  return instance;
}

// After a failed open Falco closes what open returned, which is NULL.
void plugin_close(void* state, void* instance) {
  guarded(state, [&](State& own) {
    own.extractor.forget();
    own.remove(instance);
    return ABI_SUCCESS;
  });
}

abi_rc plugin_next_batch(void* state, void* instance, std::uint32_t* num_events, abi_event*** events) {
  *num_events = 0;
  *events = nullptr;
  return guarded(state, [&](State& own) -> abi_rc {
    own.extractor.forget();
    Source& source = own.find(instance);
    switch (source.next()) {
      case Source::Next::timeout: return ABI_TIMEOUT;
      case Source::Next::end: return ABI_EOF;
      case Source::Next::events: break;
    }
    *num_events = source.batch().count();
    *events = source.batch().events();
    return ABI_SUCCESS;
  });
}

const char* plugin_get_progress(void* state, void* instance, std::uint32_t* progress) {
  *progress = 0;
  const char* text = "";
  guarded(state, [&](State& own) {
    Source& source = own.find(instance);
    text = source.progress_text();
    *progress = source.progress();
    return ABI_SUCCESS;
  });
  return text;
}

// The payload is the daemon's line with its context, which is what an event looks like in text.
const char* plugin_event_to_string(void* state, const abi_event_input* event) {
  const char* text = "";
  guarded(state, [&](State& own) {
    const abi_event* asked = event == nullptr ? nullptr : event->evt;
    own.touch(asked);
    own.event_text = without_nul(event_payload(asked));
    text = own.event_text.c_str();
    return ABI_SUCCESS;
  });
  return text;
}
