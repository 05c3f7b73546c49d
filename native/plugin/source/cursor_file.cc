#include "plugin/source/cursor_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>

namespace docktape {
namespace {

constexpr char kMagic[] = "docktape cursor\n";  // without its NUL
constexpr std::size_t kMagicSize = sizeof(kMagic) - 1;
constexpr std::uint32_t kVersion = 1;

struct Record {
  EventKey check;        // of all that follows
  std::uint64_t number;  // from 1, one more with each write
  EventKey params;
  Cursor cursor;
};

struct Image {
  char magic[kMagicSize];
  std::uint32_t version;
  std::uint32_t record_size;
  Record records[2];
};

static_assert(std::is_trivially_copyable_v<Image>);
static_assert(sizeof(Record) == 8 + 8 + 8 + 3 * 8 + 8 * Cursor::kMostKeys, "no byte of it is padding");
static_assert(sizeof(Image) == kMagicSize + 8 + 2 * sizeof(Record), "no byte of it is padding");

EventKey check_of(const Record& record) {
  const char* bytes = reinterpret_cast<const char*>(&record);
  return event_key({bytes + sizeof(record.check), sizeof(record) - sizeof(record.check)});
}

std::size_t place_of(std::uint64_t number) { return sizeof(Image) - (2 - number % 2) * sizeof(Record); }

std::string reason() { return std::strerror(errno); }

}  // namespace

CursorFile::CursorFile(std::string path, const std::string& params, const Log& log)
    : path_(std::move(path)), params_(event_key(params)), log_(log) {}

// Paths come last: a log line may be cut.
void CursorFile::give_up(std::int32_t severity, const std::string& why) {
  log_.write(severity, "init_config's cursor: " + why + ": " + path_);
  given_up_ = true;
  file_.close();
}

// Without waiting, should it be a pipe or a device.
bool CursorFile::open(int flags) {
  constexpr mode_t kOwnerOnly = 0600;
  file_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, kOwnerOnly));
  if (!file_.is_open()) {
    if (errno != ENOENT || flags != 0) {
      give_up(ABI_LOG_WARNING, "a restart of Falco will not go on where it ended, because the file cannot be opened (" +
                                   reason() + "); make its folder writable for Falco's user");
    }
    return false;
  }
  if (!is_regular()) {
    give_up(ABI_LOG_ERROR, "this is no file; name one that does not exist yet");
    return false;
  }
  if (flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    give_up(ABI_LOG_WARNING, "another stream keeps its cursor in this file, so this one keeps none; name another file");
    return false;
  }
  return true;
}

bool CursorFile::is_regular() {
  struct stat status;
  return fstat(file_.get(), &status) == 0 && S_ISREG(status.st_mode);
}

std::optional<Cursor> CursorFile::load() { return open(0) ? read() : std::nullopt; }

std::optional<Cursor> CursorFile::read() {
  Image image{};
  const ssize_t size = pread(file_.get(), &image, sizeof(image), 0);
  if (size < 0) {
    give_up(ABI_LOG_WARNING, "it cannot be read (" + reason() + "); remove it");
    return std::nullopt;
  }
  const std::size_t begun = std::min<std::size_t>(static_cast<std::size_t>(size), kMagicSize);
  if (std::memcmp(image.magic, kMagic, begun) != 0) {
    give_up(ABI_LOG_ERROR, "this file is not docktape's and stays as it is; name one that does not exist yet");
    return std::nullopt;
  }
  if (size == 0) return std::nullopt;
  if (image.version == kVersion && image.record_size == sizeof(Record)) {
    const Record* newest = nullptr;
    for (const Record& record : image.records) {
      if (record.number == 0 || !(record.check == check_of(record))) continue;
      if (newest == nullptr || record.number > newest->number) newest = &record;
    }
    if (newest != nullptr) {
      written_ = newest->number;
      if (newest->params == params_) return newest->cursor;
      log_.write(ABI_LOG_INFO, "init_config's cursor is of other open_params, so this stream begins anew: " + path_);
      return std::nullopt;
    }
  }
  log_.write(ABI_LOG_WARNING,
             "init_config's cursor is damaged or of another version, so this stream begins anew: " + path_);
  return std::nullopt;
}

void CursorFile::store(const Cursor& cursor) {
  if (given_up_) return;
  if (!file_.is_open()) {
    if (!open(O_CREAT)) return;
    read();  // it was absent, but somebody may have made one since
    if (given_up_) return;
  }
  Record record{{}, written_ + 1, params_, cursor};
  record.check = check_of(record);
  if (written_ == 0) {
    // Whole at once, so that a disk that fills up later has no say any more.
    Image image{{}, kVersion, sizeof(Record), {}};
    std::memcpy(image.magic, kMagic, kMagicSize);
    image.records[record.number % 2] = record;
    if (write(&image, sizeof(image), 0)) written_ = record.number;
  } else if (write(&record, sizeof(record), place_of(record.number))) {
    written_ = record.number;
  }
}

bool CursorFile::write(const void* bytes, std::size_t size, std::size_t at) {
  const ssize_t written = pwrite(file_.get(), bytes, size, static_cast<off_t>(at));
  const bool is_whole = written == static_cast<ssize_t>(size);
  if (!is_whole && !failing_) {
    const std::string why = written < 0 ? reason() : std::strerror(ENOSPC);
    log_.write(ABI_LOG_WARNING, "init_config's cursor cannot be written (" + why +
                                    "), so a restart of Falco may repeat events; it is tried again with the next ones: " +
                                    path_);
  }
  failing_ = !is_whole;
  return is_whole;
}

}  // namespace docktape
