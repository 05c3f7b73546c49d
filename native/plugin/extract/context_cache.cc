#include "plugin/extract/context_cache.h"

namespace docktape {
namespace {

// A host runs some thousands of containers at most. What was read takes about three times the bytes of its text.
constexpr std::size_t kMostEntries = 4096;
constexpr std::size_t kMostBytes = 4u << 20;  // one context may be larger

}  // namespace

const EventContext* ContextCache::find(std::string_view json) {
  if (last_ == nullptr || last_->json != json) {
    const auto found = entries_.find(json);
    last_ = found == entries_.end() ? &add(json) : found->second.get();
  }
  return last_->context ? &*last_->context : nullptr;
}

const ContextCache::Entry& ContextCache::add(std::string_view json) {
  auto entry = std::make_unique<const Entry>(Entry{std::string(json), EventContext::parse(json)});
  // Who has outgrown the bounds begins anew: what is still in use is read once more.
  if (entries_.size() >= kMostEntries || bytes_ + json.size() > kMostBytes) {
    last_ = nullptr;
    entries_.clear();
    bytes_ = 0;
  }
  const std::string_view key = entry->json;
  const Entry& added = *entries_.emplace(key, std::move(entry)).first->second;
  bytes_ += json.size();
  return added;
}

}  // namespace docktape
