#include "hash.h"

#include <random>

namespace docktape {
namespace {

uint64_t RandomNumber() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

}  // namespace

const uint64_t kHashSeed = RandomNumber();

}  // namespace docktape
