#!/bin/sh
# Installs docktape from an unpacked archive, upgrades it, and removes it again: `install.sh --help`.
#
# Runs in any POSIX shell and calls nothing but coreutils or busybox. What keeps a running Falco and an interrupted run safe:
#   - A file is written beside its place and renamed, so that nobody sees half of one, and a running program keeps its own.
#   - The programs are in a folder of their version. libdocker.so, which names that folder, is replaced once it is complete.
#   - The manifest lists what is about to be installed before it is, so that whatever an interrupted run left is known.
set -eu
LC_ALL=C
export LC_ALL
umask 022

newline='
'
unfinished= # what is being written, for the trap
changing=   # set once something was changed

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--prefix DIR] [--destdir DIR]                 install, or upgrade
       PREFIX/share/docktape/install.sh --uninstall                remove

  --prefix DIR    where it is to run (default /usr): DIR/bin/docktape, DIR/share/falco/plugins, DIR/share/docktape; its
                  rules go to /etc/falco for /usr and /usr/local, else to DIR/etc/falco
  --destdir DIR   put everything below DIR instead of / (for packagers; this machine is not checked then)
  --uninstall     remove what was installed, and nothing else
  --help          this text
TEXT
}

say() { printf '%s\n' "$*"; }

# One line on standard error, then exit code 2.
die() {
  printf 'install.sh: %s\n' "$*" >&2
  changing=
  exit 2
}

at_exit() {
  status=$?
  [ -z "$unfinished" ] || rm -rf "$unfinished"
  [ "$status" -ne 0 ] && [ -n "$changing" ] || return 0
  printf 'install.sh: not finished: run it again to finish, or with --uninstall to remove what is there\n' >&2
  [ "$status" -gt 2 ] || exit 2
}
trap at_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

action=install
prefix=
root=

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix | --destdir)
        [ $# -gt 1 ] || die "$1 needs a folder: $1 DIR"
        set_folder "$1" "$2"
        shift
        ;;
      --prefix=* | --destdir=*) set_folder "${1%%=*}" "${1#*=}" ;;
      --uninstall) action=uninstall ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) die "unknown option '$1': the options are --prefix, --destdir, --uninstall and --help" ;;
    esac
    shift
  done
}

# These stand in shell scripts, YAML and systemd units, so a name that any of those would have to quote is refused.
set_folder() {
  case $2 in
    /*) ;;
    *) die "$1 '$2' is not an absolute path" ;;
  esac
  case $2/ in
    *[!A-Za-z0-9._/+@,=-]* | */../* | */./* | *//?*)
      die "$1 '$2' has to be a plain path of letters, digits and ._+@,=- without '.' and '..' in it"
      ;;
  esac
  folder=${2%/}
  if [ "$1" = --prefix ]; then prefix=${folder:-/}; else root=$folder; fi
}

# All paths are relative to the root, which is the working directory: so they stand in the manifest.
set_layout() {
  prefix=${prefix:-/usr}
  base=${prefix#/}
  base=${base:+$base/}
  plugins=${base}share/falco/plugins
  library=$plugins/libdocker.so
  command=${base}bin/docktape
  share=${base}share/docktape
  manifest=$share/manifest
  case $prefix in
    /usr | /usr/local) rules=etc/falco/docker_rules.yaml ;;
    *) rules=${base}etc/falco/docker_rules.yaml ;;
  esac
}

# The unpacked archive that this script is in, and the version in it.
find_bundle() {
  [ ! -e "$here/manifest" ] ||
    die "this is the installed copy, which can only --uninstall: run the install.sh of an unpacked archive"
  bundle=$here
  set -- "$bundle"/plugins/docktape-*
  [ $# -eq 1 ] || die "$bundle/plugins has more than one docktape-VERSION folder: unpack the archive again"
  version=${1##*/docktape-}
  programs=$plugins/docktape-$version
  for file in "$1/bin/node" "$1/docktape" "$1/docktape-host" "$bundle/plugins/libdocker.so" "$bundle/rules/docker_rules.yaml"; do
    [ -f "$file" ] || die "$file is missing: unpack the whole archive and run the install.sh in it"
  done
}

install() {
  find_bundle
  if [ -z "$root" ]; then check_machine; else mkdir -p "$root"; fi
  cd "$root/"
  check_writable
  old=$(read_manifest)
  refuse_foreign
  remove_unfinished

  new=$(describe)
  choose_rules
  made=$(for path in "$library" "$command" "$manifest" "$rules"; do missing_folders "$path"; done)
  write_manifest "$new$newline$old$newline$made"

  new_files=$(say "$new" | of_kind file)
  if [ ! -e "$programs" ]; then place_programs; fi
  missing=$(only_first "$(say "$new_files" | paths)" "$(say "$new_files" | intact)")
  last=
  while IFS= read -r path; do
    case $path in
      '') ;;
      "$library") last=$path ;;
      *) place "$path" ;;
    esac
  done <<LIST
$missing
LIST
  # Only now, when the host that it starts is complete; and the rules, which may read new fields, after it.
  [ -z "$last" ] || place "$last"
  [ -z "$replace_rules" ] || place "$rules"

  find_busy "$programs"
  remove_stale "$new"
  write_manifest "$new$newline$left$newline$made"
  report
}

# Users change rules: their file is replaced only while it is as some version installed it. Adds to `new`.
choose_rules() {
  replace_rules=
  offered=$(content "$rules" | checksum)
  there=
  [ ! -e "$rules" ] || there=$(checksum <"$rules")
  new="$new${newline}rules $offered  $rules"
  if [ "$there" = "$offered" ]; then return 0; fi
  case $there$newline$old$newline in
    "$newline"* | *"${newline}rules $there  $rules$newline"*)
      replace_rules=yes
      return 0
      ;;
  esac
  say "kept $root/$rules, which was changed; the rules of this version are beside it in docker_rules.yaml.new"
  new="$new$newline$(describe_file "$rules.new")$newline$(say "$old" | while read -r kind rest; do
    [ "$kind" != rules ] || say "rules $rest"
  done)"
}

report() {
  if [ -z "$changing" ]; then
    say "docktape $version is already installed: nothing to do"
    return 0
  fi
  changing=
  cat <<TEXT
docktape $version is installed: $root/$command, $root/$library, $root/$rules
Nothing was changed in Falco's configuration. Next:
  ${prefix%/}/bin/docktape doctor
      says whether all that it needs is there
  ${prefix%/}/share/docktape/falco/docktape.yaml
      is what to add to falco.yaml, with /$rules among its rules_files
  ${prefix%/}/share/docktape/install.sh --uninstall
      removes all of it
TEXT
}

uninstall() {
  if [ -z "$prefix" ] && [ -e "$here/manifest" ]; then
    prefix=$(of_kind prefix <"$here/manifest")
    set_layout
    root=${here%"/$share"}
    [ "$root/$share" = "$here" ] || die "$here is not where it was installed, $prefix/share/docktape: say --prefix DIR"
  else
    set_layout
  fi
  [ -e "$root/$manifest" ] ||
    die "docktape is not installed at $root$prefix (there is no $root/$manifest): give the --prefix that it was installed with"
  cd "$root/"
  check_writable
  old=$(read_manifest)
  remove_unfinished
  find_busy ''
  if [ -n "$busy" ]; then
    # This script stays too, to remove the rest.
    own=$(say "$old" | while read -r kind rest; do
      case $kind-$rest in
        prefix-* | file-*"  $share/install.sh" | file-*"  $share/installer/"*) say "$kind $rest" ;;
      esac
    done)
    remove_stale "$own"
    write_manifest "$own$newline$left"
    changing=
    exit 1
  fi
  remove_stale ''
  rm -f "$manifest"
  remove_folders "$(say "$old" | of_kind folder)"
  for path in "$share" "$plugins"/docktape-*; do
    case $newline$old$newline in *"${newline}folder $path$newline"*) ;; *) continue ;; esac
    [ ! -d "$path" ] || say "kept $root/$path: it is not empty"
  done
  changing=
  say "docktape is removed"
}

here=$(cd "$(dirname "$0")" && pwd)
read_arguments "$@"
[ -d "$here/installer" ] || die "$here/installer is missing: unpack the whole archive and run the install.sh in it"
# shellcheck source=packaging/installer/manifest.sh
. "$here/installer/manifest.sh"
# shellcheck source=packaging/installer/machine.sh
. "$here/installer/machine.sh"
# shellcheck source=packaging/installer/contents.sh
. "$here/installer/contents.sh"
# shellcheck source=packaging/installer/changes.sh
. "$here/installer/changes.sh"
# shellcheck source=packaging/installer/in-use.sh
. "$here/installer/in-use.sh"

if [ "$action" = uninstall ]; then
  uninstall
else
  set_layout
  install
fi
