#pragma once

#include <cstdint>
#include <vector>

#include "dictionary.h"

namespace docktape {

/** An event that a rule can match. */
struct Candidate {
  uint32_t rule;
  uint32_t event;
};

/**
 * Which rules of an engine an event can still match, as far as its values are known. What a value rules out is the engine's
 * to say (Judge); a value that it has not judged rules out nothing. Sets of rules are bits, 64 a word.
 */
class Screen {
public:
  /** `readers` has, for each column, the set of the rules that read it; `absent` the set that an absent value leaves. */
  Screen(size_t rules, std::vector<uint32_t> requests, std::vector<uint64_t> readers, std::vector<uint64_t> absent);

  /** The requests of the columns, in the order in which they are asked for. */
  const std::vector<uint32_t>& requests() const { return requests_; }
  size_t rules() const { return rules_; }

  /** Takes the sets of rules that values of a column leave possible: of those not judged yet, in the order of their codes. */
  void Judge(size_t column, const std::vector<uint64_t>& sets);

  /** To be called before a batch: what was said of values that the dictionary has forgotten is forgotten too. */
  void Follow(size_t column, const Dictionary& values);

  void StartEvent() { possible_ = all_; }
  bool AnyLeft() const;
  /** Whether a rule that is still possible reads the column. */
  bool Asks(size_t column) const;
  void Narrow(size_t column, uint32_t code);
  /** Adds the rules that are left to `candidates`. */
  void Report(size_t event, std::vector<Candidate>& candidates) const;

private:
  /** What is left by each code: the set of code 0, of code 1, and so on. */
  struct Verdicts {
    uint64_t generation = 0;
    std::vector<uint64_t> sets;
  };

  size_t rules_;
  size_t words_;
  std::vector<uint32_t> requests_;
  std::vector<uint64_t> readers_;
  std::vector<uint64_t> absent_;
  std::vector<Verdicts> verdicts_;
  std::vector<uint64_t> all_;
  std::vector<uint64_t> possible_;
};

}  // namespace docktape
