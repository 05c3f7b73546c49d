#include "instance.h"

#include <stdexcept>

namespace docktape {

Instance::Instance(std::shared_ptr<State> state, const std::string& params): state_(std::move(state)) {
  abi_rc rc = ABI_FAILURE;
  handle_ = state_->library.functions().open(state_->handle, params.c_str(), &rc);
  open_ = true;
  if (rc == ABI_SUCCESS) return;
  const std::string reason = state_->LastError();
  Close();  // as Falco does, with a null instance too
  throw std::runtime_error(reason);
}

void Instance::Close() {
  if (!open_) return;
  open_ = false;
  state_->library.functions().close(state_->handle, handle_);
}

Instance::Outcome Instance::Next(Events& events) {
  if (code_ != ABI_SUCCESS) return Report();

  uint32_t count = 0;
  abi_event** list = nullptr;
  code_ = state_->library.functions().next_batch(state_->handle, handle_, &count, &list);
  if (code_ == ABI_SUCCESS && count == 0) {
    code_ = ABI_FAILURE;
    failure_ = "next_batch succeeded without an event";
  } else if (code_ != ABI_SUCCESS && code_ != ABI_TIMEOUT && code_ != ABI_EOF) {
    failure_ = state_->LastError();
  }
  if (count > 0 && list == nullptr) {
    code_ = ABI_FAILURE;
    failure_ = "next_batch gave no list of its events";
    count = 0;
  }

  const uint32_t plugin_id = state_->library.id();
  for (uint32_t i = 0; i < count; i++) {
    const std::string wrong = CheckEvent(list[i], plugin_id);
    if (!wrong.empty()) {  // what came before it is still good
      code_ = ABI_FAILURE;
      failure_ = wrong;
      count = i;
      break;
    }
    CompleteEvent(list[i], plugin_id);
  }
  if (count == 0) return Report();

  events.list.assign(list, list + count);
  events.first_number = state_->next_number;
  state_->next_number += count;
  return Outcome::kEvents;
}

Instance::Outcome Instance::Report() {
  const abi_rc code = code_;
  code_ = ABI_SUCCESS;
  if (code == ABI_TIMEOUT) return Outcome::kTimeout;
  if (code == ABI_EOF) return Outcome::kEnd;
  throw std::runtime_error(failure_);
}

std::optional<Progress> Instance::AskProgress() const {
  if (state_->library.functions().get_progress == nullptr) return std::nullopt;
  uint32_t hundredths = 0;
  const char* text = state_->library.functions().get_progress(state_->handle, handle_, &hundredths);
  return Progress{hundredths, TextOf(text)};
}

}  // namespace docktape
