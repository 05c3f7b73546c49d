#include "plugin/source/host_spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "plugin/error.h"

namespace docktape {
namespace {

constexpr int kSocketInHost = 3;

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

class FileActions {
 public:
  FileActions() { check(posix_spawn_file_actions_init(&actions_), "posix_spawn_file_actions_init"); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class Attributes {
 public:
  Attributes() { check(posix_spawnattr_init(&attributes_), "posix_spawnattr_init"); }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

// What is set for Falco's own process must not change the host: a preloaded library, or options for another Node.
std::vector<char*> host_environment() {
  std::vector<char*> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable(*entry);
    if (variable.substr(0, 5) != "NODE_" && variable.substr(0, 3) != "LD_") kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

[[noreturn]] void explain(int error, const std::string& path) {
  const bool exists = access(path.c_str(), F_OK) == 0;
  if (error == ENOENT && exists) {
    throw PluginError("the source host's interpreter is missing; correct its first line, or set init_config's host: " +
                      path);
  }
  if (error == ENOENT || error == ENOTDIR) {
    throw PluginError("no source host here; set init_config's host to the path of docktape-host: " + path);
  }
  if (error == EACCES || error == ENOEXEC) {
    throw PluginError("the source host is not executable; chmod +x it, or set init_config's host to another: " + path);
  }
  throw PluginError("the source host could not be started (" + std::string(std::strerror(error)) +
                    "); try to run it by hand: " + path);
}

}  // namespace

pid_t spawn_host(const std::string& path, int socket, int error_pipe) {
  FileActions actions;
  check(posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0), "addopen");
  check(posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, "/dev/null", O_WRONLY, 0), "addopen");
  check(posix_spawn_file_actions_adddup2(actions.get(), error_pipe, STDERR_FILENO), "adddup2");
  check(posix_spawn_file_actions_adddup2(actions.get(), socket, kSocketInHost), "adddup2");
  check(posix_spawn_file_actions_addclosefrom_np(actions.get(), kSocketInHost + 1), "addclosefrom");

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  Attributes attributes;
  check(posix_spawnattr_setsigmask(attributes.get(), &none), "setsigmask");
  check(posix_spawnattr_setsigdefault(attributes.get(), &all), "setsigdefault");
  constexpr short kFlags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  check(posix_spawnattr_setflags(attributes.get(), kFlags), "setflags");

  std::string name = path;
  char* arguments[] = {name.data(), nullptr};
  const std::vector<char*> environment = host_environment();
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, path.c_str(), actions.get(), attributes.get(), arguments, environment.data());
  if (error != 0) explain(error, path);
  return pid;
}

}  // namespace docktape
