#pragma once

#include <string>

namespace docktape {

// The open params that list_open_params offers, as Falco's JSON: live, and the captures (*.db) of `folder` by name, if a
// folder is given. Throws PluginError when it cannot be read.
std::string open_params_as_json(const std::string& folder);

}  // namespace docktape
