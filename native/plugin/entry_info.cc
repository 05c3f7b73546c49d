// What Falco may ask before init.
#include "abi/plugin_functions.h"
#include "plugin/config.h"
#include "plugin/extract/field.h"
#include "plugin/guard.h"
#include "plugin/identity.h"

using namespace docktape;

const char* plugin_get_required_api_version() { return kRequiredApiVersion; }
const char* plugin_get_version() { return kVersion; }
const char* plugin_get_name() { return kName; }
const char* plugin_get_description() { return kDescription; }
const char* plugin_get_contact() { return kContact; }
std::uint32_t plugin_get_id() { return kPluginId; }
const char* plugin_get_event_source() { return kEventSource; }

const char* plugin_get_init_schema(std::int32_t* schema_type) {
  if (schema_type != nullptr) *schema_type = ABI_SCHEMA_JSON;
  return guarded_or<const char*>(nullptr, [] {
    static const std::string schema = config_schema();
    return schema.c_str();
  });
}

const char* plugin_get_fields() {
  return guarded_or<const char*>(nullptr, [] {
    static const std::string fields = fields_as_json();
    return fields.c_str();
  });
}
