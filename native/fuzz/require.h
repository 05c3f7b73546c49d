// What a fuzz target says of what it saw.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace docktape::fuzz {

// Ends the process when `holds` is false, which the fuzzer counts as a finding; the stack tells where.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: it does not hold that %s\n", what);
  std::abort();
}

}  // namespace docktape::fuzz
