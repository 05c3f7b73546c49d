#include "plugin/source/host_path.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "plugin/error.h"

namespace docktape {
namespace {

constexpr char kExecutable[] = "docktape-host";

std::string beside(const std::string& library) {
  const std::size_t slash = library.rfind('/');
  return (slash == std::string::npos ? "./" : library.substr(0, slash + 1)) + kExecutable;
}

std::string resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
  return real ? real.get() : path;
}

}  // namespace

std::string find_host(const std::string& configured) {
  if (!configured.empty()) return configured;
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&find_host), &self) == 0 || self.dli_fname == nullptr) {
    throw PluginError("cannot tell where libdocker.so is; set init_config's host to the path of docktape-host");
  }
  const std::string here = beside(self.dli_fname);
  if (access(here.c_str(), F_OK) == 0) return here;
  return beside(resolved(self.dli_fname));
}

}  // namespace docktape
