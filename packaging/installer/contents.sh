# shellcheck shell=sh
# Part of install.sh: what is to be installed, from the unpacked archive.

# Everything below a folder, one a line: `file PATH` or `folder PATH`. Called with '' it lists the working directory.
below() {
  for entry in "$1"* "$1".[!.]*; do
    if [ -d "$entry" ]; then
      say "folder $entry"
      below "$entry/"
    elif [ -f "$entry" ]; then
      say "file $entry"
    fi
  done
}

# The manifest of this bundle as it will be installed, without the rules.
describe() {
  say "# What docktape $version installed, with SHA-256; ${prefix%/}/share/docktape/install.sh --uninstall removes it."
  say "prefix $prefix"
  say "folder $share"
  say "folder $programs"
  describe_programs "$(cd "$bundle/plugins/docktape-$version" && below '')"
  describe_file "$library"
  describe_file "$command"
  (cd "$bundle" && below '') | while read -r kind path; do
    case $kind-$path in
      *-plugins | *-plugins/* | *-rules | *-rules/*) ;;
      folder-*) say "folder $share/$path" ;;
      file-*) describe_file "$share/$path" ;;
    esac
  done
}

# Many files, so their checksums are computed at once.
describe_programs() {
  say "$1" | of_kind folder | while IFS= read -r path; do say "folder $programs/$path"; done
  (
    cd "$bundle/plugins/docktape-$version"
    files=$(say "$1" | of_kind file)
    IFS=$newline
    set -f
    sha256sum $files
  ) | while IFS= read -r line; do say "file ${line%%  *}  $programs/${line#*  }"; done
}

describe_file() { say "file $(content "$1" | checksum)  $1"; }

# The file of the archive that an installed file is made from.
source_of() {
  case $1 in
    "$command") say "$bundle/plugins/docktape-$version/docktape" ;;
    "$rules" | "$rules.new") say "$bundle/rules/docker_rules.yaml" ;;
    "$plugins"/*) say "$bundle/plugins/${1#"$plugins/"}" ;;
    *) say "$bundle/${1#"$share/"}" ;;
  esac
}

# What is to be in an installed file.
content() {
  case $1 in
    "$command") say '#!/bin/sh' && say "exec ${prefix%/}/share/falco/plugins/docktape-$version/docktape \"\$@\"" ;;
    "$share"/falco/* | "$share"/systemd/*) with_installed_paths <"$(source_of "$1")" ;;
    *) cat "$(source_of "$1")" ;;
  esac
}

# The archive's configuration files, on standard input, name the paths of the default prefix.
with_installed_paths() {
  while IFS= read -r line; do
    replace /usr/share/falco/plugins/ "${prefix%/}/share/falco/plugins/"
    replace /usr/share/docktape/ "${prefix%/}/share/docktape/"
    replace /usr/bin/docktape "${prefix%/}/bin/docktape"
    replace /etc/falco/docker_rules.yaml "/$rules"
    say "$line"
  done
}

# Replaces a text in $line, wherever it stands.
replace() {
  rest=$line
  line=
  while :; do
    case $rest in
      *"$1"*)
        line=$line${rest%%"$1"*}$2
        rest=${rest#*"$1"}
        ;;
      *) break ;;
    esac
  done
  line=$line$rest
}

# `folder` lines for the folders above a path that have to be made.
missing_folders() {
  folder=${1%/*}
  while [ -n "$folder" ] && [ ! -d "$folder" ]; do
    say "folder $folder"
    case $folder in */*) folder=${folder%/*} ;; *) folder= ;; esac
  done
}
