#include "hash.h"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace docktape {
namespace {

// Not std::random_device: its implementation decides when it is linked how new the C library has to be.
uint64_t RandomNumber() {
  uint64_t number = 0;
  if (getentropy(&number, sizeof(number)) != 0) {
    throw std::system_error(errno, std::generic_category(), "no random numbers");
  }
  return number;
}

}  // namespace

const uint64_t kHashSeed = RandomNumber();

}  // namespace docktape
