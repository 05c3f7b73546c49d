# shellcheck shell=sh
# Part of install.sh: what it writes and what it removes.

# Writes one file. It can be run if the archive's can, and read by everybody, however the archive was unpacked.
place() {
  changing=yes
  mkdir -p "${1%/*}"
  unfinished=$1.docktape-new
  cp "$(source_of "$1")" "$unfinished" # for its mode
  chmod a+rX,u+w,go-w "$unfinished"
  content "$1" >"$unfinished"
  mv -f "$unfinished" "$1"
  unfinished=
}

# The folder of this version, whole.
place_programs() {
  changing=yes
  mkdir -p "$plugins"
  unfinished=$programs.docktape-new
  cp -R "$bundle/plugins/docktape-$version" "$unfinished"
  chmod -R a+rX,u+w,go-w "$unfinished"
  mv "$unfinished" "$programs"
  unfinished=
}

# Removes what a run that was killed had begun to write.
remove_unfinished() {
  say "$old" | while read -r kind rest; do
    case $kind in
      file | rules) path=${rest#* } path=${path# } ;;
      folder) path=$rest ;;
      *) continue ;;
    esac
    [ ! -e "$path.docktape-new" ] || rm -rf "$path.docktape-new"
  done
  rm -f "$manifest.docktape-new"
}

# Removes what the old manifest lists and the new one, given, does not: files that are still as they were installed, then
# folders that are empty. Sets `left` to the lines of what has to stay in the manifest.
remove_stale() {
  listed=$({ say "$old" | of_kind file && say "$old" | of_kind rules; } | paths | sort -u)
  wanted=$({ say "$1" | of_kind file && say "$1" | of_kind rules; } | paths | sort -u)
  stale=$(only_first "$listed" "$wanted" | while IFS= read -r path; do is_busy "$path" || say "$path"; done)
  if [ -n "$stale" ]; then
    unchanged=$({ say "$old" | of_kind file && say "$old" | of_kind rules; } | intact)
    remove_files "$(in_both "$stale" "$unchanged")"
    say "$stale" | while IFS= read -r path; do
      [ ! -e "$path" ] || say "kept $root/$path: it was changed after it was installed"
    done
  fi
  remove_folders "$(only_first "$(say "$old" | of_kind folder)" "$(say "$1" | of_kind folder)")"
  left=$(say "$old" | while read -r kind rest; do
    case $kind in
      folder) [ ! -d "$rest" ] || say "folder $rest" ;;
      file) ! is_busy "${rest#*  }" || say "file $rest" ;;
    esac
  done)
}

remove_files() {
  [ -n "$1" ] || return 0
  changing=yes
  (
    IFS=$newline
    set -f
    rm -f $1
  )
}

# Deepest first; a folder that holds anything stays.
remove_folders() {
  say "$1" | sort -r | while IFS= read -r path; do
    [ -z "$path" ] || rmdir "$path" 2>/dev/null || :
  done
}
