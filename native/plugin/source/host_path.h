#pragma once

#include <string>

namespace docktape {

// The source host's executable: `configured`; or when that is empty docktape-VERSION/docktape-host beside this library, else
// docktape-host beside it. A library that is reached through a link may have it beside the link or beside the file. When
// there is none, the path where an installation would have it.
std::string find_host(const std::string& configured);

}  // namespace docktape
