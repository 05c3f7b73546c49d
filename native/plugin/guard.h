// The edge between C++ and Falco: nothing thrown gets past it.
#pragma once

#include <exception>
#include <string>

#include "abi/plugin_abi.h"
#include "plugin/state.h"

namespace docktape {

inline void remember(State& state, const char* message) noexcept {
  try {
    state.last_error = message;
  } catch (...) {
    state.last_error.clear();  // no memory even for the message
  }
}

// Runs `body`, which returns an abi_rc. What it throws becomes the state's last error and ABI_FAILURE.
template <typename Body>
abi_rc guarded(void* state, Body body) noexcept {
  if (state == nullptr) return ABI_FAILURE;
  State& own = *static_cast<State*>(state);
  try {
    return body(own);
  } catch (const std::exception& error) {
    remember(own, error.what());
  } catch (...) {
    remember(own, "an unknown error; please report it");
  }
  return ABI_FAILURE;
}

// Runs `body` where there is no place for an error. `otherwise` is returned when it throws.
template <typename Result, typename Body>
Result guarded_or(Result otherwise, Body body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace docktape
