#pragma once

#include <sys/types.h>

#include <string>

namespace docktape {

// Starts `path` with `socket` as descriptor 3 and `error_pipe` as standard error, both given as descriptors that the child
// must not see under their own numbers. Runs no code in a copy of the calling process. Throws PluginError.
pid_t spawn_host(const std::string& path, int socket, int error_pipe);

}  // namespace docktape
