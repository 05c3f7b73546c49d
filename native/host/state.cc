#include "state.h"

#include <stdexcept>

namespace docktape {

const char* State::OwnerLastError(void*) { return ""; }

void State::Init(const std::string& config) {
  abi_init_input input = {};
  input.config = config.c_str();
  input.owner = this;
  input.get_owner_last_error = OwnerLastError;
  input.log = Log;
  abi_rc rc = ABI_FAILURE;
  handle = library.functions().init(&input, &rc);
  if (rc == ABI_SUCCESS && handle != nullptr) return;
  // A plugin that fails may still give a state, which knows why.
  const std::string reason = rc == ABI_SUCCESS ? "init gave no state" : LastError();
  Destroy();
  throw std::runtime_error(reason);
}

void State::Destroy() {
  if (handle != nullptr) library.functions().destroy(handle);
  handle = nullptr;
}

std::string State::LastError() const {
  const std::string reason = handle == nullptr ? "" : TextOf(library.functions().get_last_error(handle));
  return reason.empty() ? "the plugin gave no reason" : reason;
}

std::optional<std::string> State::ListOpenParams() const {
  if (library.functions().list_open_params == nullptr) return std::nullopt;
  abi_rc rc = ABI_FAILURE;
  const char* list = library.functions().list_open_params(handle, &rc);
  if (rc != ABI_SUCCESS) throw std::runtime_error(LastError());
  return TextOf(list);
}

std::vector<LogLine> State::TakeLogs() {
  std::lock_guard<std::mutex> lock(logs_mutex_);
  return std::move(logs_);
}

void State::Log(void* owner, const char* component, const char* text, int32_t severity) noexcept {
  auto* state = static_cast<State*>(owner);
  LogLine line = {severity, std::nullopt, TextOf(text)};
  if (component != nullptr) line.component = component;
  std::lock_guard<std::mutex> lock(state->logs_mutex_);
  state->logs_.push_back(std::move(line));
}

}  // namespace docktape
