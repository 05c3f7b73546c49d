#include "extraction.h"

#include "value.h"

namespace docktape {
namespace {

/** The extract fields of the columns, as the plugin is asked for them. */
std::vector<abi_extract_field> FieldsOf(const std::vector<ExtractedColumn>& columns) {
  std::vector<abi_extract_field> fields(columns.size());
  for (size_t i = 0; i < columns.size(); i++) {
    const Request& request = *columns[i].request;
    fields[i].field_id = request.id;
    fields[i].field = request.name.c_str();
    fields[i].arg_key = request.key ? request.key->c_str() : nullptr;
    fields[i].arg_index = request.index.value_or(0);
    fields[i].arg_present = request.key || request.index;
    fields[i].ftype = request.type;
    fields[i].flist = request.is_list;
  }
  return fields;
}

/** Asks the plugin for `count` fields of an event. The results of what it did not fill in, or failed at, are absent. */
bool Ask(State& state, const abi_event_input& event, abi_extract_field* fields, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fields[i].res.u64 = nullptr;
    fields[i].res_len = 0;
  }
  abi_extract_input input = {};
  input.owner = &state;
  input.get_owner_last_error = State::OwnerLastError;
  input.num_fields = count;
  input.fields = fields;
  return state.library.functions().extract_fields(state.handle, &event, &input) == ABI_SUCCESS;
}

}  // namespace

void Extract(State& state, const Events& events, std::vector<ExtractedColumn>& columns) {
  std::vector<abi_extract_field> fields = FieldsOf(columns);
  ValueWriter writer;
  const auto store = [&](size_t column, size_t event) {
    const abi_extract_field& field = fields[column];
    columns[column].codes[event] = field.res_len == 0 ? 0 : columns[column].values.Code(writer.Write(field));
  };

  for (size_t i = 0; i < events.list.size(); i++) {
    const abi_event_input event = {events.list[i], events.first_number + i, state.library.event_source().c_str()};
    if (Ask(state, event, fields.data(), static_cast<uint32_t>(fields.size()))) {
      for (size_t column = 0; column < columns.size(); column++) store(column, i);
      continue;
    }
    // Falco asks for one field a call and takes a failure as absence, so one bad field must not hide the others.
    for (size_t column = 0; column < columns.size(); column++) {
      if (Ask(state, event, &fields[column], 1)) {
        store(column, i);
      } else {
        columns[column].codes[i] = 0;
      }
    }
  }
}

}  // namespace docktape
