#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "plugin/source/descriptor.h"

namespace docktape {

// The source host as a child process. It has descriptor 3 (a socket to this library), standard error (a pipe to this
// library) and nothing else of Falco's: no other descriptor, no signal mask, no NODE_* or LD_* variables. It is its own
// session, so that Ctrl-C in Falco's terminal does not reach it.
class HostProcess {
 public:
  // Starts `path`. Throws PluginError when that is not possible.
  explicit HostProcess(const std::string& path);
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  int socket() const { return socket_.get(); }
  int stderr_pipe() const { return stderr_.get(); }

  // Closes the socket, which is how the host learns that it is over, waits a moment for it to end, kills what is left of
  // its session, and reaps it. The pipe stays open, for the last words.
  void end() noexcept;

  // After `end`: how it ended, such as "exit code 3".
  std::string fate() const;

  // After `end`: whether it ended by a signal that asks for it.
  bool was_told_to_end() const;

 private:
  // Others are the kernel, when Falco's process ignores SIGCHLD, or a handler of Falco's.
  enum class Life { running, exited, reaped_by_others };
  Life look() const;
  void reap();

  Descriptor socket_;
  Descriptor stderr_;
  pid_t pid_ = -1;
  bool ended_ = false;
  bool killed_ = false;
  std::optional<int> exit_code_;  // when it exited, and nobody else learnt of it
  int exit_signal_ = 0;  // when a signal ended it
};

}  // namespace docktape
