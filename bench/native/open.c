/*
 * Opens an event source through the plugin ABI and closes it. open LIBRARY OPEN_PARAMS prints {"seconds":…}, those of the
 * call of open.
 */
#include "plugin.h"

int main(int argc, char** argv) {
  if (argc != 3) fail("usage: open LIBRARY OPEN_PARAMS");
  void* library = load_library(argv[1]);
  FIND(library, open);
  FIND(library, close);
  FIND(library, destroy);
  FIND(library, get_last_error);
  void* state = make_state(library, "{}");

  const double start = now();
  abi_rc rc = ABI_FAILURE;
  void* instance = open(state, argv[2], &rc);
  const double end = now();
  if (rc != ABI_SUCCESS) fail("open: %s", get_last_error(state));

  close(state, instance);
  destroy(state);
  printf("{\"seconds\":%.9f}\n", end - start);
  return 0;
}
