// What Falco reads of an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "abi/plugin_functions.h"
#include "require.h"
#include "state.h"

// The first letter of the type of each field that the library has: s, u, b, r or a; l for a list.
inline const std::string& field_types() {
  static const std::string types = [] {
    constexpr char kType[] = "\"type\":\"";
    std::string letters;
    for (const char* at = plugin_get_fields(); (at = std::strstr(at, kType)) != nullptr;) {
      at += sizeof(kType) - 1;
      constexpr char kList[] = ",\"isList\":true";
      const char* const end = std::strchr(at, '"') + 1;
      letters += std::strncmp(end, kList, sizeof(kList) - 1) == 0 ? 'l' : *at;
    }
    return letters;
  }();
  return types;
}

// Reads a value to its end.
inline std::size_t bytes_of(const abi_extract_field& field) {
  if (field.res_len == 0) return 0;
  switch (field_types()[field.field_id]) {
    case 's': return std::strlen(field.res.str[0]);
    case 'l': {
      std::size_t bytes = 0;
      for (std::uint64_t i = 0; i < field.res_len; ++i) bytes += std::strlen(field.res.str[i]);
      return bytes;
    }
    case 'b': return *field.res.boolean;
    default: return *field.res.u64 != 0 ? sizeof(*field.res.u64) : 0;
  }
}

// Every field of an event, in one call and in a call for each, and its text.
inline std::size_t read_event(const State& state, const abi_event* event, std::uint64_t number) {
  const abi_event_input input{event, number, "docker"};
  std::vector<abi_extract_field> fields(field_types().size());
  for (std::uint32_t id = 0; id < fields.size(); ++id) {
    fields[id].field_id = id;
    fields[id].arg_key = "name";
    fields[id].arg_present = 1;
  }
  std::size_t bytes = 0;
  abi_extract_input all{};
  all.num_fields = static_cast<std::uint32_t>(fields.size());
  all.fields = fields.data();
  require(plugin_extract_fields(state.get(), &input, &all) == ABI_SUCCESS, "all fields are extracted");
  for (const abi_extract_field& field : fields) bytes += bytes_of(field);
  all.num_fields = 1;
  for (abi_extract_field& field : fields) {
    all.fields = &field;
    require(plugin_extract_fields(state.get(), &input, &all) == ABI_SUCCESS, "a field is extracted");
    bytes += bytes_of(field);
  }
  return bytes + std::strlen(plugin_event_to_string(state.get(), &input));
}
