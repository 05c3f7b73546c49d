# shellcheck shell=sh
# Part of install.sh: whether docktape can run on this machine, and whether its places are free.

# What the archive's binaries are linked against: RHEL 9, Ubuntu 22.04 and Debian 12 have it.
glibc_needed=2.34

# Whether the bundle can run on this machine.
check_machine() {
  [ "$(uname -s)" = Linux ] || die "docktape runs on Linux, and this is $(uname -s)"
  # e_machine of an ELF header: 18 bytes from its beginning, little-endian on both.
  case $(od -An -tx1 -j18 -N2 "$bundle/plugins/libdocker.so") in
    *3e*00*) built_for=x86_64 ;;
    *b7*00*) built_for=aarch64 ;;
    *) die "$bundle/plugins/libdocker.so is damaged: unpack the archive again" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) machine=$(uname -m) ;;
  esac
  [ "$machine" = "$built_for" ] || die "this archive is for $built_for and this machine is $machine: take the archive for it"
  check_glibc
  check_runtime
}

check_glibc() {
  libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=
  [ -n "$libc" ] || libc=$(ldd --version 2>&1) || :
  case $libc in
    *musl*) die "this system's C library is musl, and docktape needs glibc $glibc_needed or newer: use a system that has it" ;;
  esac
  libc=${libc%%"$newline"*}
  libc=${libc##* }
  case $libc in
    *[!0-9.]* | *.*.*.* | '' | .* | *.) return 0 ;; # tells no version: the runtime will
    *.*) ;;
    *) return 0 ;;
  esac
  major=${libc%%.*}
  minor=${libc#*.}
  minor=${minor%%.*}
  [ "$major" -gt "${glibc_needed%.*}" ] || [ "$minor" -ge "${glibc_needed#*.}" ] ||
    die "this system has glibc $libc and docktape needs $glibc_needed or newer (Debian 12, Ubuntu 22.04, RHEL 9)"
}

# Only starting the bundled runtime tells whether its libraries are there. 126: the archive was unpacked where nothing may run.
check_runtime() {
  said=$("$bundle/plugins/docktape-$version/bin/node" --version 2>&1) || {
    [ $? -eq 126 ] ||
      die "the bundled Node does not start (${said%%"$newline"*}): it needs glibc's loader, libstdc++.so.6 and libgcc_s.so.1"
  }
}

check_writable() {
  for target in "$library" "$command" "$manifest" "$rules"; do
    existing=${target%/*}
    while [ -n "$existing" ] && [ ! -e "$existing" ]; do
      case $existing in */*) existing=${existing%/*} ;; *) existing= ;; esac
    done
    [ -w "${existing:-.}" ] || die "cannot write to $root/$existing: run it as root, or choose another place with --prefix DIR"
  done
}

# Other people's files of these names, such as falcoctl's libdocker.so, are not ours to replace.
refuse_foreign() {
  for path in "$library" "$command"; do
    if [ ! -e "$path" ] && [ ! -L "$path" ]; then continue; fi
    case $newline$old$newline in
      *"  $path$newline"*) ;;
      *) die "$root/$path is there and not from this installer: move it away, or choose another place with --prefix DIR" ;;
    esac
  done
}
