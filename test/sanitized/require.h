// How the driver says that the plugin did not do as it should.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

inline void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "driver: it does not hold that %s\n", what.c_str());
  std::exit(1);
}
