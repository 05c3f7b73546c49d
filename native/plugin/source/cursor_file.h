#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "plugin/log.h"
#include "plugin/source/cursor.h"
#include "plugin/source/descriptor.h"

namespace docktape {

// init_config's `cursor`: the file that keeps a stream's cursor over restarts of Falco. It has two slots that are written
// in turn, so that a process that is killed in the middle of a write leaves the one before. It is not synchronised with the
// disk: what ends without warning with the machine's power is also the daemon's memory of its events.
//
// Nothing that is wrong with the file stops a stream: it is logged once, and the stream goes on without what it lacks.
class CursorFile {
 public:
  // `params` are the stream's open params: another stream's cursor is of no use to it. `log` outlives the file.
  CursorFile(std::string path, const std::string& params, const Log& log);

  // What an earlier process left; none when there is nothing of use. From then on no other process may use the file.
  std::optional<Cursor> load();

  // Keeps the cursor; makes the file when it is absent.
  void store(const Cursor& cursor);

 private:
  bool open(int flags);
  std::optional<Cursor> read();
  bool is_regular();
  void give_up(std::int32_t severity, const std::string& why);
  bool write(const void* bytes, std::size_t size, std::size_t at);

  const std::string path_;
  const EventKey params_;
  const Log& log_;
  Descriptor file_;
  bool given_up_ = false;
  bool failing_ = false;  // the last write did not succeed, which is logged
  std::uint64_t written_ = 0;  // the number of the newest record; 0: the file has none
};

}  // namespace docktape
