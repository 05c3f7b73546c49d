#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "abi/plugin_abi.h"
#include "plugin/extract/docker_event.h"
#include "plugin/extract/field.h"

namespace docktape {

// Answers extract_fields. Falco asks for one field a call, many times for one event, so the last event stays parsed.
class Extractor {
 public:
  // Counts in `parse_errors` the events whose payload is not JSON, each once.
  explicit Extractor(std::atomic<std::uint64_t>& parse_errors) : parse_errors_(parse_errors) {}

  // Fills `res` and `res_len` of every request; the values stay valid until the next call.
  void extract(const abi_event_input& input, abi_extract_field* fields, std::uint32_t count);

  // Forgets the parsed event: its memory may soon belong to another with the same number.
  void forget() { cached_ = false; }

 private:
  // What tells one event from another. The number alone does not: it restarts with each open.
  struct Identity {
    std::uint64_t number;
    const abi_event* address;
    std::uint64_t ts;
    std::uint32_t length;
    bool operator==(const Identity& other) const;
  };

  void load(const abi_event_input& input);
  void answer(abi_extract_field& field, FieldResult& result);

  std::atomic<std::uint64_t>& parse_errors_;
  bool cached_ = false;
  Identity identity_{};
  bool readable_ = false;
  DockerEvent event_;
  std::vector<FieldResult> results_;
};

}  // namespace docktape
