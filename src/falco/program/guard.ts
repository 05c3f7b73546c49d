/**
 * What `sh -c` runs in the place of a program, with the private folder, the program and its arguments as arguments, so that the
 * program does not outlive docktape, however that ends. Descriptor 3 is a pipe from docktape. A subshell waits for it: a line
 * says that all is over; its end without one, that docktape is gone, and then the program is killed and its folder removed.
 *
 * `exec` keeps the process, so that docktape's child, to which it sends signals, is the program. PR_SET_PDEATHSIG would not
 * do: it follows the thread that forked, is not yet set in the first moment, and cannot remove the folder.
 */
export const GUARD = [
  'folder=$1; shift',
  '{ read -r over <&3 || { kill -KILL $$; rm -rf "$folder"; }; } </dev/null >/dev/null 2>&1 &',
  'exec "$@" 3<&-',
].join('\n');
