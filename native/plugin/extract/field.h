// A field that rules can use, as the field table has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/extract/docker_event.h"

namespace docktape {

// Where the value of one extraction lives until the next call.
class FieldResult {
 public:
  enum class Kind { absent, text, number, boolean, list };

  void clear() { kind_ = Kind::absent; }
  // Points to `value`, whose event outlives the result.
  void set(Text value);
  void copy(std::string_view value);
  void set(std::uint64_t value);
  void set(bool value);
  // Nothing, an empty text and an empty list are absent. The texts outlive the result.
  void set(std::optional<bool> value);
  void set(std::optional<std::uint64_t> value);
  void set(const std::string& value);
  void set(const TextList& values);

  Kind kind() const { return kind_; }
  const char** text() { return &text_; }
  const std::vector<const char*>& list() const { return list_; }
  std::uint64_t* number() { return &number_; }
  std::uint32_t* boolean() { return &boolean_; }

 private:
  Kind kind_ = Kind::absent;
  const char* text_ = nullptr;
  std::uint64_t number_ = 0;
  std::uint32_t boolean_ = 0;
  std::string copy_;
  std::vector<const char*> list_;
};

// `strings` is a list of one or more.
enum class FieldType { string, strings, uint64, boolean, reltime, abstime };
enum class FieldArg { none, required_key };

// Labels share the map of an event's attributes, and a label wins over most attributes of the daemon: whoever can start a
// container can then choose the value.
enum class Forgeable { no, by_label };

struct FieldSpec {
  using Extract = void (*)(DockerEvent& event, const FieldSpec& spec, const char* arg, FieldResult& result);

  std::string_view name;
  FieldType type;
  FieldArg arg;
  Forgeable forgeable;
  std::optional<ObjectType> on;  // the type of object whose events have this field; none: any
  std::string_view attribute;    // the attribute that `extract` reads, if it reads one
  Extract extract;
  std::string_view display;
  std::string_view description;
};

struct FieldTable {
  const FieldSpec* begin;
  std::size_t size;
};

// All fields; a field's place is its ID.
FieldTable field_table();

// The table in the form that get_fields gives to Falco: a JSON array.
std::string fields_as_json();

}  // namespace docktape
