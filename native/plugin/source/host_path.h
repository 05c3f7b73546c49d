#pragma once

#include <string>

namespace docktape {

// The source host's executable: `configured`, or when that is empty docktape-host beside this library (or beside the file
// that the library is a link to).
std::string find_host(const std::string& configured);

}  // namespace docktape
