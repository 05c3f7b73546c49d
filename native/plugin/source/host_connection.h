#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "plugin/deadline.h"
#include "plugin/log.h"
#include "plugin/source/context_slots.h"
#include "plugin/source/frame_reader.h"
#include "plugin/source/host_process.h"
#include "plugin/source/host_stderr.h"

namespace docktape {

// One life of the source host: its process, the request to it, and the frames from it.
class HostConnection {
 public:
  // Starts the host and sends the request line. Throws PluginError when it cannot be started.
  HostConnection(const std::string& path, const std::string& request, const Log& log);

  // The next frame that has arrived whole; its body is valid until `receive`.
  std::optional<Frame> next_frame() { return frames_.next(); }

  // What the host has told of contexts.
  ContextSlots& contexts() { return contexts_; }

  // Waits for bytes until the deadline.
  FrameReader::Received receive(const Deadline& deadline);

  // Ends the process and says how it ended and what it last said.
  std::string last_words();

  // After `last_words`: whether it ended because somebody asked it to (SIGTERM, SIGINT or SIGHUP).
  bool was_told_to_end() const { return process_.was_told_to_end(); }

 private:
  void send(std::string_view request);

  const Log& log_;
  HostProcess process_;
  HostStderr stderr_;
  bool stderr_open_ = true;
  FrameReader frames_;
  ContextSlots contexts_;
};

}  // namespace docktape
