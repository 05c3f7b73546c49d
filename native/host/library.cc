#include "library.h"

#include <dlfcn.h>

#include <cstdio>
#include <stdexcept>

namespace docktape {
namespace {

/** The version of the plugin API that we stand in for: that of Falco 0.42 to 0.44. */
struct ApiVersion {
  unsigned major, minor, patch;
};
constexpr ApiVersion kFramework = {3, 12, 0};

bool ParseVersion(const std::string& text, ApiVersion& version) {
  return std::sscanf(text.c_str(), "%u.%u.%u", &version.major, &version.minor, &version.patch) == 3;
}

}  // namespace

std::string TextOf(const char* text) { return text == nullptr ? "" : text; }

void Library::Close::operator()(void* handle) const { dlclose(handle); }

Library::Library(const std::string& path): handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) throw std::runtime_error(TextOf(dlerror()));
  FindFunctions();
  // In the order of Falco's loader, so that the same library fails with the same complaint.
  CheckVersions();
  CheckRequiredFunctions();
  CheckCapabilities();
  if (can_source() && functions_.get_id != nullptr) {
    id_ = functions_.get_id();
    event_source_ = TextOf(functions_.get_event_source());
  }
}

template <typename Function>
void Library::Find(const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(handle_.get(), name));
}

bool Library::Has(const char* name) const { return dlsym(handle_.get(), name) != nullptr; }

void Library::FindFunctions() {
  Find("plugin_get_required_api_version", functions_.get_required_api_version);
  Find("plugin_get_version", functions_.get_version);
  Find("plugin_get_name", functions_.get_name);
  Find("plugin_get_description", functions_.get_description);
  Find("plugin_get_contact", functions_.get_contact);
  Find("plugin_get_init_schema", functions_.get_init_schema);
  Find("plugin_init", functions_.init);
  Find("plugin_destroy", functions_.destroy);
  Find("plugin_get_last_error", functions_.get_last_error);
  Find("plugin_get_metrics", functions_.get_metrics);
  Find("plugin_get_id", functions_.get_id);
  Find("plugin_get_event_source", functions_.get_event_source);
  Find("plugin_list_open_params", functions_.list_open_params);
  Find("plugin_open", functions_.open);
  Find("plugin_close", functions_.close);
  Find("plugin_next_batch", functions_.next_batch);
  Find("plugin_get_progress", functions_.get_progress);
  Find("plugin_get_fields", functions_.get_fields);
  Find("plugin_extract_fields", functions_.extract_fields);
}

void Library::CheckRequiredFunctions() const {
  for (const char* name : {"plugin_get_version", "plugin_get_name", "plugin_get_description", "plugin_get_contact",
                           "plugin_init", "plugin_destroy", "plugin_get_last_error"}) {
    if (!Has(name)) throw std::runtime_error(std::string("it has no function ") + name);
  }
}

void Library::CheckVersions() const {
  if (functions_.get_required_api_version == nullptr) {
    throw std::runtime_error("it has no function plugin_get_required_api_version: is it a Falco plugin?");
  }
  const std::string required = TextOf(functions_.get_required_api_version());
  ApiVersion version;
  if (!ParseVersion(required, version)) {
    throw std::runtime_error("it requires plugin API '" + required + "', which is not a version such as 3.5.0");
  }
  const bool newer = version.minor > kFramework.minor ||
                     (version.minor == kFramework.minor && version.patch > kFramework.patch);
  if (version.major != kFramework.major || newer) {
    throw std::runtime_error("it requires plugin API " + required +
                             "; docktape offers 3.12.0, as Falco 0.42 to 0.44 do");
  }
  if (functions_.get_version == nullptr) return;
  const std::string own = TextOf(functions_.get_version());
  if (!ParseVersion(own, version)) throw std::runtime_error("its version '" + own + "' is not one such as 0.5.0");
}

/** What plugin_get_capabilities of Falco's loader calls broken, or refuses for having no capability at all. */
void Library::CheckCapabilities() const {
  const bool any_sourcing =
      functions_.open != nullptr || functions_.close != nullptr || functions_.next_batch != nullptr;
  if (any_sourcing) {
    if (functions_.open == nullptr || functions_.close == nullptr || functions_.next_batch == nullptr) {
      throw std::runtime_error("it has only some of plugin_open, plugin_close and plugin_next_batch");
    }
    const bool has_id = functions_.get_id != nullptr && functions_.get_id() != 0;
    const bool has_source =
        functions_.get_event_source != nullptr && !TextOf(functions_.get_event_source()).empty();
    if (has_id != has_source) {
      throw std::runtime_error("it gives only one of plugin_get_id (not 0) and plugin_get_event_source (not empty)");
    }
  }
  if (functions_.extract_fields != nullptr && functions_.get_fields == nullptr) {
    throw std::runtime_error("it has plugin_extract_fields without plugin_get_fields");
  }
  if (Has("plugin_set_async_event_handler") && !Has("plugin_get_async_events")) {
    throw std::runtime_error("it has plugin_set_async_event_handler without plugin_get_async_events");
  }
  if (Has("plugin_capture_open") && !Has("plugin_capture_close")) {
    throw std::runtime_error("it has plugin_capture_open without plugin_capture_close");
  }
  const bool other =
      Has("plugin_parse_event") || Has("plugin_set_async_event_handler") || Has("plugin_capture_open");
  if (!any_sourcing && !can_extract() && !other) {
    throw std::runtime_error("it has no capability: it neither sources events nor extracts fields");
  }
}

}  // namespace docktape
