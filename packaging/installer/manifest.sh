# shellcheck shell=sh
# Part of install.sh: lists of files, and the manifest.
#
# Lines `file SHA256  PATH`, `rules SHA256  PATH` (a file that users change; several lines are the versions that were
# installed), `folder PATH` (folders that were made) and `prefix DIR`.

# The lines of one kind, without the kind; what remains of file and rules lines is what sha256sum reads.
of_kind() {
  while IFS= read -r line; do
    case $line in "$1 "*) say "${line#"$1 "}" ;; esac
  done
}

paths() { while IFS= read -r line; do say "${line#*  }"; done; }

checksum() { sha256sum | cut -d ' ' -f 1; }

# The paths of those checksum lines that are true.
intact() {
  sha256sum -c 2>/dev/null | while IFS= read -r line; do
    case $line in *': OK') say "${line%: OK}" ;; esac
  done
}

# Of two lists, each without repetition: what is in the first only, and what is in both.
only_first() { printf '%s\n' "$1" "$2" "$2" | sort | uniq -u; }
in_both() { printf '%s\n' "$1" "$2" | sort | uniq -d; }

read_manifest() { cat "$manifest" 2>/dev/null || :; }

# Writes the lines given, without those that are empty or repeated.
write_manifest() {
  text=$(say "$1" | sort -u)
  text=${text#"$newline"}
  [ "$text" != "$(read_manifest)" ] || return 0
  mkdir -p "$share"
  unfinished=$manifest.docktape-new
  say "$text" >"$unfinished"
  mv -f "$unfinished" "$manifest"
  unfinished=
  changing=yes
}
