#include "value.h"

namespace docktape {
namespace {

constexpr std::string_view kFalse("\0", 1);
constexpr std::string_view kTrue("\1", 1);

}  // namespace

std::string_view ValueWriter::Write(const abi_extract_field& field) {
  if (field.res.u64 == nullptr) {
    throw std::runtime_error(std::string("extract_fields gave a null pointer as the result of ") + field.field);
  }
  if (field.flist) return WriteList(field);
  if (field.res_len > 1) {
    throw std::runtime_error(std::string("extract_fields gave a list for ") + field.field +
                             ", which is not a list field");
  }
  if (HasLength(field.ftype)) return BytesAt(field, 0);
  if (field.ftype == ABI_BOOL) return field.res.boolean[0] != 0 ? kTrue : kFalse;
  return {reinterpret_cast<const char*>(field.res.u64), sizeof(uint64_t)};
}

std::string_view ValueWriter::WriteList(const abi_extract_field& field) {
  list_.clear();
  for (uint64_t i = 0; i < field.res_len; i++) AppendElement(field, i);
  return list_;
}

void ValueWriter::AppendElement(const abi_extract_field& field, uint64_t index) {
  if (HasLength(field.ftype)) {
    const std::string_view bytes = BytesAt(field, index);
    const uint64_t length = bytes.size();
    list_.append(reinterpret_cast<const char*>(&length), sizeof(length));
    list_.append(bytes);
  } else if (field.ftype == ABI_BOOL) {
    list_.append(field.res.boolean[index] != 0 ? kTrue : kFalse);
  } else {
    list_.append(reinterpret_cast<const char*>(&field.res.u64[index]), sizeof(uint64_t));
  }
}

}  // namespace docktape
