#include "plugin/source/cursor_registry.h"

#include <map>
#include <mutex>

namespace docktape {
namespace {

// Of streams that are closed. Falco has one; a program that opens others and others must not grow with them.
constexpr std::size_t kMostKept = 16;

struct Registry {
  std::mutex lock;
  // None while it is lent.
  std::map<std::string, std::unique_ptr<Cursor>> cursors;
};

// Never destroyed: a state may be ended later than this library's statics.
Registry& registry() {
  static Registry& only = *new Registry;
  return only;
}

void forget_oldest(std::map<std::string, std::unique_ptr<Cursor>>& cursors) {
  auto oldest = cursors.end();
  std::size_t kept = 0;
  for (auto entry = cursors.begin(); entry != cursors.end(); ++entry) {
    if (!entry->second) continue;
    ++kept;
    if (oldest == cursors.end() || entry->second->ended_at < oldest->second->ended_at) oldest = entry;
  }
  if (kept > kMostKept) cursors.erase(oldest);
}

}  // namespace

CursorLoan::CursorLoan(std::string params) : params_(std::move(params)), cursor_(std::make_unique<Cursor>()) {
  const std::lock_guard guard(registry().lock);
  auto& cursors = registry().cursors;
  const auto known = cursors.find(params_);
  if (known == cursors.end()) cursors.emplace(params_, nullptr);
  else if (known->second) cursor_ = std::move(known->second);
  else return;
  is_lent_ = true;
}

CursorLoan::~CursorLoan() {
  if (!is_lent_) return;
  const std::lock_guard guard(registry().lock);
  auto& cursors = registry().cursors;
  if (cursor_->wanted_from == 0) {
    cursors.erase(params_);
    return;
  }
  cursors[params_] = std::move(cursor_);
  forget_oldest(cursors);
}

}  // namespace docktape
