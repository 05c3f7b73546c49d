#include "plugin/split_payload.h"

#include <cstring>

namespace docktape {
namespace {

constexpr std::string_view kMember = ",\"docktape\":{";
constexpr std::string_view kEnd = "}}";

// Where the last one begins; npos when there is none. It looks for braces, because a context has few.
std::size_t last_member(std::string_view payload) {
  std::size_t left = payload.size();
  while (left >= kMember.size()) {
    const void* brace = ::memrchr(payload.data(), '{', left);
    if (brace == nullptr) break;
    left = static_cast<std::size_t>(static_cast<const char*>(brace) - payload.data());
    const std::size_t before = kMember.size() - 1;
    if (left >= before && payload.substr(left - before, kMember.size()) == kMember) return left - before;
  }
  return std::string_view::npos;
}

}  // namespace

SplitPayload split_payload(std::string_view payload) {
  const SplitPayload whole{payload, {}, {}};
  // Most payloads without a context are told by their last two bytes: the daemon ends an event with its time.
  if (payload.size() < kEnd.size() || payload.substr(payload.size() - kEnd.size()) != kEnd) return whole;
  const std::size_t at = last_member(payload);
  if (at == std::string_view::npos || at == 0) return whole;
  const std::size_t context = at + kMember.size() - 1;
  return {payload.substr(0, at), payload.substr(payload.size() - 1), payload.substr(context, payload.size() - 1 - context)};
}

}  // namespace docktape
