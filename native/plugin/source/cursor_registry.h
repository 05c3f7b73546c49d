#pragma once

#include <memory>
#include <string>

#include "plugin/source/cursor.h"

namespace docktape {

// A loan of the cursor that belongs to a stream's open params.
//
// Cursors outlive states, and the library stays loaded (binding.gyp links it nodelete). A hot reload of Falco closes
// everything, unloads the library and loads it again: the stream that is opened then goes on where the one before it ended.
// One stream at a time has the cursor; states in other threads may ask for it.
class CursorLoan {
 public:
  explicit CursorLoan(std::string params);
  // Leaves the cursor to the next stream, unless there is nothing yet to go on from.
  ~CursorLoan();
  CursorLoan(const CursorLoan&) = delete;
  CursorLoan& operator=(const CursorLoan&) = delete;

  // A new one for the first stream of its kind, and for a stream beside another one that has the cursor.
  Cursor& cursor() { return *cursor_; }

 private:
  const std::string params_;
  std::unique_ptr<Cursor> cursor_;
  bool is_lent_ = false;  // to us, and not to another stream
};

}  // namespace docktape
