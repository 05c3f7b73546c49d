#include "plugin/source/host_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "plugin/source/host_spawn.h"
#include "plugin/source/wait.h"

namespace docktape {
namespace {

constexpr Milliseconds kGrace{500};
constexpr Milliseconds kCheck{2};

constexpr int kSocketRoom = 1 << 20;

// The child's ends are moved above the numbers that they get in the child, so that no dup2 there overwrites one that is
// still needed (Falco may run with its standard descriptors closed).
constexpr int kAboveHostDescriptors = 16;

Descriptor moved_up(int number) {
  const Descriptor low(number);
  const int high = fcntl(number, F_DUPFD_CLOEXEC, kAboveHostDescriptors);
  if (high < 0) throw std::system_error(errno, std::generic_category(), "no descriptor left for the source host");
  return Descriptor(high);
}

}  // namespace

HostProcess::HostProcess(const std::string& path) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::system_error(errno, std::generic_category(), "no socket for the source host");
  }
  socket_ = Descriptor(ends[0]);
  const Descriptor host_socket = moved_up(ends[1]);
  // Room for a few frames, so that the host prepares the next one while one is read. The system may allow less.
  setsockopt(host_socket.get(), SOL_SOCKET, SO_SNDBUF, &kSocketRoom, sizeof(kSocketRoom));

  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "no pipe for the source host");
  }
  stderr_ = Descriptor(ends[0]);
  const Descriptor host_stderr = moved_up(ends[1]);
  fcntl(stderr_.get(), F_SETFL, O_NONBLOCK);

  pid_ = spawn_host(path, host_socket.get(), host_stderr.get());
}

HostProcess::~HostProcess() { end(); }

void HostProcess::end() noexcept {
  if (ended_ || pid_ < 0) return;
  ended_ = true;
  socket_.close();
  const Deadline grace(kGrace);
  Life life = look();
  for (; life == Life::running && !grace.passed(); life = look()) sleep_until(Deadline(kCheck));
  // Its number may belong to a stranger by now.
  if (life == Life::reaped_by_others) return;
  killed_ = life == Life::running;
  // Before it is reaped here, its number cannot belong to another session.
  kill(-pid_, SIGKILL);
  reap();
}

HostProcess::Life HostProcess::look() const {
  siginfo_t info{};
  const int result = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
  if (result == 0) return info.si_pid == pid_ ? Life::exited : Life::running;
  return errno == ECHILD ? Life::reaped_by_others : Life::running;
}

void HostProcess::reap() {
  int status = 0;
  pid_t reaped;
  do {
    reaped = waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid_) return;
  if (WIFEXITED(status)) exit_code_ = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) exit_signal_ = WTERMSIG(status);
}

bool HostProcess::was_told_to_end() const {
  return exit_signal_ == SIGTERM || exit_signal_ == SIGINT || exit_signal_ == SIGHUP;
}

std::string HostProcess::fate() const {
  if (killed_) return "closed its connection";
  if (exit_signal_ != 0) return "killed by signal " + std::to_string(exit_signal_) + ", " + strsignal(exit_signal_);
  return exit_code_ ? "exit code " + std::to_string(*exit_code_) : "its exit code is not known";
}

}  // namespace docktape
