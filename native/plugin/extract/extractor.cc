#include "plugin/extract/extractor.h"

#include "plugin/event_payload.h"

namespace docktape {

bool Extractor::Identity::operator==(const Identity& other) const {
  return number == other.number && address == other.address && ts == other.ts && length == other.length;
}

void Extractor::extract(const abi_event_input& input, abi_extract_field* fields, std::uint32_t count) {
  load(input);
  if (results_.size() < count) results_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) answer(fields[i], results_[i]);
}

void Extractor::load(const abi_event_input& input) {
  const abi_event* event = input.evt;
  const Identity identity = event == nullptr ? Identity{} : Identity{input.evtnum, event, event->ts, event->len};
  if (cached_ && identity == identity_) return;

  cached_ = false;  // stays so when parsing throws
  const std::string_view payload = event_payload(event);
  readable_ = payload.data() != nullptr && event_.parse(payload);
  if (payload.data() != nullptr && !readable_) parse_errors_.fetch_add(1, std::memory_order_relaxed);
  identity_ = identity;
  cached_ = true;
}

void Extractor::answer(abi_extract_field& field, FieldResult& result) {
  result.clear();
  const FieldTable table = field_table();
  if (readable_ && field.field_id < table.size) {
    const FieldSpec& spec = table.begin[field.field_id];
    if (!spec.on || event_.is(*spec.on)) spec.extract(event_, spec, field.arg_key, result);
  }
  field.res_len = 1;
  switch (result.kind()) {
    case FieldResult::Kind::text: field.res.str = result.text(); break;
    case FieldResult::Kind::number: field.res.u64 = result.number(); break;
    case FieldResult::Kind::boolean: field.res.boolean = result.boolean(); break;
    case FieldResult::Kind::list:
      field.res.str = const_cast<const char**>(result.list().data());
      field.res_len = result.list().size();
      break;
    case FieldResult::Kind::absent: field.res_len = 0; break;
  }
}

}  // namespace docktape
