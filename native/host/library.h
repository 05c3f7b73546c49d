#pragma once

#include <memory>
#include <string>

#include "abi/plugin_functions.h"

namespace docktape {

/** The functions of a plugin library that the host calls; null where the library has none of that name. */
struct PluginFunctions {
  decltype(&plugin_get_required_api_version) get_required_api_version;
  decltype(&plugin_get_version) get_version;
  decltype(&plugin_get_name) get_name;
  decltype(&plugin_get_description) get_description;
  decltype(&plugin_get_contact) get_contact;
  decltype(&plugin_get_init_schema) get_init_schema;
  decltype(&plugin_init) init;
  decltype(&plugin_destroy) destroy;
  decltype(&plugin_get_last_error) get_last_error;
  decltype(&plugin_get_metrics) get_metrics;
  decltype(&plugin_get_id) get_id;
  decltype(&plugin_get_event_source) get_event_source;
  decltype(&plugin_list_open_params) list_open_params;
  decltype(&plugin_open) open;
  decltype(&plugin_close) close;
  decltype(&plugin_next_batch) next_batch;
  decltype(&plugin_get_progress) get_progress;
  decltype(&plugin_get_fields) get_fields;
  decltype(&plugin_extract_fields) extract_fields;
};

/** A plugin library that passed the checks of Falco's loader. It is unloaded with this object. */
class Library {
public:
  /** Throws std::runtime_error with what is wrong with the library. */
  explicit Library(const std::string& path);

  const PluginFunctions& functions() const { return functions_; }
  bool can_source() const { return functions_.next_batch != nullptr; }
  bool can_extract() const { return functions_.get_fields != nullptr && functions_.extract_fields != nullptr; }

  /** 0 for a plugin without an event source of its own. */
  uint32_t id() const { return id_; }
  /** Empty for a plugin without an event source of its own. */
  const std::string& event_source() const { return event_source_; }

private:
  struct Close {
    void operator()(void* handle) const;
  };

  template <typename Function>
  void Find(const char* name, Function*& function);
  bool Has(const char* name) const;

  void FindFunctions();
  void CheckRequiredFunctions() const;
  void CheckVersions() const;
  void CheckCapabilities() const;

  std::unique_ptr<void, Close> handle_;
  PluginFunctions functions_ = {};
  uint32_t id_ = 0;
  std::string event_source_;
};

/** The text behind a pointer that a plugin gave, "" for null. */
std::string TextOf(const char* text);

}  // namespace docktape
