#include "asker.h"

namespace docktape {
namespace {

abi_extract_field FieldOf(const Request& request) {
  abi_extract_field field = {};
  field.field_id = request.id;
  field.field = request.name.c_str();
  field.arg_key = request.key ? request.key->c_str() : nullptr;
  field.arg_index = request.index.value_or(0);
  field.arg_present = request.key || request.index;
  field.ftype = request.type;
  field.flist = request.is_list;
  return field;
}

}  // namespace

Asker::Asker(State& state, const Events& events, std::vector<ExtractedColumn>& columns):
    state_(state), events_(events), columns_(columns) {
  fields_.reserve(columns.size());
  for (const ExtractedColumn& column : columns) fields_.push_back(FieldOf(*column.request));
  input_.owner = &state;
  input_.get_owner_last_error = State::OwnerLastError;
}

void Asker::AskAll(size_t event) {
  const bool answered = Ask(event, fields_.data(), static_cast<uint32_t>(fields_.size()));
  for (size_t column = 0; column < columns_.size(); column++) {
    // Falco asks for one field a call and takes a failure as absence, so one bad field must not hide the others.
    if (answered) Store(event, column);
    else AskOne(event, column);
  }
}

uint32_t Asker::AskOne(size_t event, size_t column) {
  if (Ask(event, &fields_[column], 1)) return Store(event, column);
  return columns_[column].codes[event] = 0;
}

bool Asker::Ask(size_t event, abi_extract_field* fields, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    fields[i].res.u64 = nullptr;
    fields[i].res_len = 0;
  }
  const abi_event_input asked = {events_.list[event], events_.first_number + event,
                                 state_.library.event_source().c_str()};
  input_.num_fields = count;
  input_.fields = fields;
  return state_.library.functions().extract_fields(state_.handle, &asked, &input_) == ABI_SUCCESS;
}

uint32_t Asker::Store(size_t event, size_t column) {
  const abi_extract_field& field = fields_[column];
  const ExtractedColumn& into = columns_[column];
  const uint32_t code = field.res_len == 0 ? 0 : into.request->values.Code(writer_.Write(field));
  return into.codes[event] = code;
}

}  // namespace docktape
