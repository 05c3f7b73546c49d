#include "plugin/source/json_object.h"

#include "plugin/error.h"

namespace docktape {
namespace {

// Far more than any host has to say, and little when each byte becomes a value.
constexpr std::size_t kLongest = 64 * 1024;

}  // namespace

JsonObject::JsonObject(std::string_view text, const char* frame) {
  if (text.size() <= kLongest) document_.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document_.HasParseError() || !document_.IsObject()) {
    throw PluginError("the source host sent a damaged frame (" + std::string(frame) +
                      "); it must be of the same version as libdocker.so");
  }
}

std::string JsonObject::text(const char* key) const {
  const auto member = document_.FindMember(key);
  if (member == document_.MemberEnd() || !member->value.IsString()) return {};
  return std::string(member->value.GetString(), member->value.GetStringLength());
}

std::optional<std::uint64_t> JsonObject::number(const char* key) const {
  const auto member = document_.FindMember(key);
  if (member == document_.MemberEnd() || !member->value.IsUint64()) return std::nullopt;
  return member->value.GetUint64();
}

}  // namespace docktape
