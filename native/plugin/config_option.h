// The options of init_config, one row each: the schema, the reading and the messages come from here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugin/config.h"

namespace docktape {

struct ConfigOption {
  std::string_view name;
  std::string_view alias;  // a second spelling, or empty
  std::string_view title;
  std::string_view description;
  // Exactly one of the three says where the value goes.
  std::uint64_t Config::*number;
  std::string Config::*text;
  bool Config::*flag;
  std::uint64_t minimum, maximum;  // of a number
  std::string_view choices[4];     // of a text, when only some are allowed
};

struct ConfigOptions {
  const ConfigOption* first;
  std::size_t count;
  const ConfigOption* begin() const { return first; }
  const ConfigOption* end() const { return first + count; }
};

ConfigOptions config_options();

// The choices of a text option in words; empty when any text will do.
std::string choices_of(const ConfigOption& option);

}  // namespace docktape
