#include "plugin/extract/image_reference.h"

#include <algorithm>

namespace docktape {
namespace {

constexpr std::string_view kDefaultRegistry = "docker.io";
constexpr std::string_view kLegacyRegistry = "index.docker.io";
constexpr std::string_view kOfficial = "library/";
constexpr std::string_view kDefaultTag = "latest";
constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxTag = 128;
constexpr std::size_t kSha256Digits = 64;
constexpr std::size_t kShortIdDigits = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_lower(c) || is_upper(c); }
bool is_alphanumeric(char c) { return is_letter(c) || is_digit(c); }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

template <typename Predicate>
bool all_parts(std::string_view text, char separator, Predicate predicate) {
  while (true) {
    const std::size_t end = text.find(separator);
    if (!predicate(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_sha256_hex(std::string_view text) { return text.size() == kSha256Digits && all(text, is_lower_hex); }

// The algorithms that Docker accepts, each with its number of hex digits.
bool is_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view algorithm = text.substr(0, colon);
  const std::string_view hex = text.substr(colon + 1);
  const std::size_t digits =
      algorithm == "sha256" ? kSha256Digits : algorithm == "sha384" ? 96 : algorithm == "sha512" ? 128 : 0;
  return digits != 0 && hex.size() == digits && all(hex, is_lower_hex);
}

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > kMaxTag || text[0] == '.' || text[0] == '-') return false;
  return all(text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

// Lower-case words joined by ".", "_", "__" or any number of "-".
bool is_path_component(std::string_view text) {
  const auto is_word = [](char c) { return is_lower(c) || is_digit(c); };
  std::size_t at = 0;
  while (true) {
    const std::size_t word = at;
    while (at < text.size() && is_word(text[at])) ++at;
    if (at == word) return false;
    if (at == text.size()) return true;
    const std::size_t separator = at;
    while (at < text.size() && !is_word(text[at])) ++at;
    const std::string_view joint = text.substr(separator, at - separator);
    if (joint != "." && joint != "_" && joint != "__" && !all(joint, [](char c) { return c == '-'; })) return false;
  }
}

// A label of a host name: letters, digits and inner hyphens.
bool is_label(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.back() != '-' &&
         all(text, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_host(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    return all(text.substr(1, text.size() - 2), [](char c) { return is_hex(c) || c == ':'; });
  }
  return all_parts(text, '.', is_label);
}

bool is_registry(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.back() == ']') return is_host(text);
  const std::string_view port = text.substr(colon + 1);
  return !port.empty() && all(port, is_digit) && is_host(text.substr(0, colon));
}

bool is_path(std::string_view text) { return text.size() <= kMaxName && all_parts(text, '/', is_path_component); }

// The beginning of an image's ID, as docker images prints it or longer.
bool is_short_id(std::string_view text) {
  return text.size() >= kShortIdDigits && text.size() < kSha256Digits && all(text, is_lower_hex);
}

// Whether what stands before the first slash is a registry and not the first part of a path.
bool names_registry(std::string_view text) {
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos ||
         std::any_of(text.begin(), text.end(), is_upper);
}

}  // namespace

ImageReference ImageReference::parse(std::string_view text) {
  ImageReference result;
  if (is_sha256_hex(text)) {
    result.digest = "sha256:" + std::string(text);
    return result;
  }
  if (is_digest(text)) {
    result.digest = text;
    return result;
  }

  // Docker takes it for a name if there is an image of that name, and for the beginning of an ID otherwise; who types an
  // ID must not be able to pass for an image of the default registry.
  if (is_short_id(text)) return result;

  std::string_view name = text, tag, digest;
  const std::size_t at = name.find('@');
  if (at != std::string_view::npos) {
    digest = name.substr(at + 1);
    name = name.substr(0, at);
    if (!is_digest(digest)) return result;
  }

  std::string_view registry = kDefaultRegistry;
  const std::size_t slash = name.find('/');
  if (slash != std::string_view::npos && names_registry(name.substr(0, slash))) {
    registry = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  const std::size_t colon = name.find(':');
  if (colon != std::string_view::npos) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
    if (!is_tag(tag)) return result;
  }
  if (registry == kLegacyRegistry) registry = kDefaultRegistry;
  if (!is_registry(registry) || !is_path(name)) return result;

  const bool official = registry == kDefaultRegistry && name.find('/') == std::string_view::npos;
  result.registry = registry;
  result.repository = official ? std::string(kOfficial) + std::string(name) : std::string(name);
  result.tag = tag.empty() && digest.empty() ? kDefaultTag : tag;
  result.digest = digest;
  return result;
}

}  // namespace docktape
