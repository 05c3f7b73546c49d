#include "plugin/source/host_path.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "plugin/error.h"

namespace docktape {
namespace {

// In an installation each version has a folder of its own, so that an upgrade changes nothing under a library that is loaded.
constexpr char kInstalled[] = "docktape-" DOCKTAPE_VERSION "/docktape-host";

// In a build tree.
constexpr char kBuilt[] = "docktape-host";

std::string folder_of(const std::string& library) {
  const std::size_t slash = library.rfind('/');
  return slash == std::string::npos ? "./" : library.substr(0, slash + 1);
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
  const std::string here = folder_of(self.dli_fname);
  const std::string there = folder_of(resolved(self.dli_fname));
  for (const std::string& candidate : {here + kInstalled, here + kBuilt, there + kInstalled, there + kBuilt}) {
    if (access(candidate.c_str(), F_OK) == 0) return candidate;
  }
  return there + kInstalled;
}

}  // namespace docktape
