#!/bin/sh
# Installs the control plane that this archive holds, or brings the one of this machine to it: as root, from where it was unpacked.
# It can be run again at any time. A control plane that runs is restarted; what it keeps is left alone.
set -eu

programs=/usr/local/lib/novadock-control-plane
home=/var/lib/novadock-control-plane
settings=/etc/novadock/control-plane.env
units=/etc/systemd/system
command=/usr/local/bin/novadock
unit=novadock-control-plane.service

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

check_machine() {
  [ "$(id -u)" = 0 ] || fail 'It is installed by root, and runs as the user novadock: put sudo before it, or run this as root.'
  [ -d /run/systemd/system ] || fail 'systemd does not run on this machine, and it is what keeps the control plane running. Use a machine with systemd, or `npm start` in a copy of the repository.'
  found=$("$here/bin/node" --version 2>&1) || fail "The Node of this archive does not run on this machine ($(uname -sm)): $found"
  [ ! -e "$command" ] || [ -L "$command" ] || fail "$command is somebody else's. Move it away, then run this again."
}

# The user stays when it is there already: with a shared folder of images, it has to have one number on all machines.
make_user() {
  getent passwd novadock >/dev/null || systemd-sysusers --inline "u novadock - \"Novadock control plane\" $home -"
  # Its folder may have been made by root, to mount the images in; what is mounted is left alone.
  [ -d "$home/blobs" ] || install -d -o novadock -g novadock -m 0700 "$home" "$home/blobs"
  chown novadock:novadock "$home"
  chmod 0700 "$home"
}

install_programs() {
  mkdir -p "$programs"
  rm -rf "$programs"/.new.*
  [ ! -d "$programs/$version" ] || return 0
  scratch=$(mktemp -d "$programs/.new.XXXXXX")
  cp -R "$here/." "$scratch/files"
  chown -R root:root "$scratch/files"
  # Whatever the umask was when the archive was unpacked.
  chmod -R u=rwX,go=rX "$scratch/files"
  # Where SELinux labels files, those of programs have to be right.
  ! command -v restorecon >/dev/null 2>&1 || restorecon -R "$scratch/files" || :
  # What has its final name is whole, after a power cut as well.
  sync
  mv "$scratch/files" "$programs/$version"
  rm -rf "$scratch"
}

switch_to_it() {
  mkdir -p "${settings%/*}" "${command%/*}"
  if [ ! -e "$settings" ]; then
    (umask 077 && cp "$here/control-plane.env" "$settings.new")
    mv -f "$settings.new" "$settings"
  fi
  ln -sfn "$version" "$programs/.next"
  mv -fT "$programs/.next" "$programs/current"
  cp "$here/$unit" "$units/.$unit"
  mv -f "$units/.$unit" "$units/$unit"
  ln -sfn "$programs/current/bin/novadock" "$command"
  systemctl daemon-reload
}

restart() {
  # One that is just starting is of the version before, too.
  case $(systemctl show -p ActiveState --value "$unit") in inactive | failed) return 0 ;; esac
  if ! systemctl restart "$unit"; then
    journalctl -u "$unit" -n 20 -o cat --no-pager >&2 || :
    fail "The control plane does not start; the end of its log is above. The one before is still below $programs: run its install.sh to have it back."
  fi
}

remove_others() {
  for old in "$programs"/*; do
    case ${old##*/} in current | "$version" | "$before") ;; *) rm -rf "$old" ;; esac
  done
}

main() {
  umask 022
  here=$(cd "$(dirname "$0")" && pwd -P)
  check_machine
  version=$(cat "$here/VERSION")
  before=$(readlink "$programs/current" || :)
  make_user
  install_programs
  switch_to_it
  restart
  remove_others
  if systemctl is-active --quiet "$unit"; then
    printf 'The control plane %s runs.\n' "$version"
  else
    printf 'The control plane %s is installed; its settings are in %s. Next:\n  systemctl enable --now %s\n' "$version" "$settings" "${unit%.service}"
  fi
}

main "$@"
