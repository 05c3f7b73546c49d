# shellcheck shell=sh
# Part of install.sh: the versions that running processes still need.

# The processes that run the Node of a folder. Compared by inode: to a process in a container the file has another path.
users_of() {
  node=$(stat -c %d:%i "$1/bin/node" 2>/dev/null) || return 0
  stat -L -c '%d:%i %n' /proc/[0-9]*/exe 2>/dev/null | while read -r inode path; do
    [ "$inode" != "$node" ] || { path=${path%/exe} && printf ' %s' "${path#/proc/}"; }
  done
}

# Whether a process has loaded a libdocker.so that was here: it may start its host, which is in its version's folder, again.
library_is_loaded() {
  [ -d "$plugins" ] || return 1
  path=$(cd "$plugins" && pwd -P)/libdocker.so$1
  # A process may end while its list is read.
  mapped=$(cat /proc/[0-9]*/maps 2>/dev/null | tr -s ' ' | cut -d ' ' -f 6- | sort -u)
  case $newline$mapped$newline in *"$newline$path$newline"*) return 0 ;; esac
  return 1
}

# Sets `busy` to the folders of versions, other than the one given, that running processes still need.
find_busy() {
  busy=
  for folder in "$plugins"/docktape-*; do
    [ "$folder" != "$1" ] || continue
    case $newline$old$newline in *"${newline}folder $folder$newline"*) ;; *) continue ;; esac
    users=$(users_of "$folder")
    if [ -n "$users" ]; then
      say "kept $root/$folder: it is in use by process$users; it goes with the next run after that has ended"
    elif library_is_loaded ' (deleted)' || { [ -z "$1" ] && library_is_loaded ''; }; then
      say "kept $root/$folder: a process has its libdocker.so loaded; it goes with the next run after that has ended"
    else
      continue
    fi
    busy=$busy$folder/$newline
  done
}

is_busy() {
  case $newline$busy in *"$newline${1%"${1#"$plugins"/docktape-*/}"}$newline"*) return 0 ;; esac
  return 1
}
