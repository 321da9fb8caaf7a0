#!/bin/sh
# Makes this machine a host of a Novadock cloud: installs the agent, enrols it with a join token, and starts it. To be run as root, with
#   --token TOKEN | --token-file FILE [--name NAME] [--address HOST:PORT]
# It can be run again at any time: after an interruption it goes on, and on a host of this cloud it brings the agent up to date, with no
# token. The control plane that gives it out fills in the values.
# shellcheck disable=SC2154,SC2016,SC2086 # values are filled in; commands are quoted for people; a package's values are words
set -eu

# @values@

programs=/usr/local/lib/novadock/agent
home=/var/lib/novadock
units=/etc/systemd/system
running=/run/systemd/system
lock=/run/novadock-join.lock
unit=novadock-agent.service

fail() {
  printf 'join.sh: %s\n' "$*" >&2
  exit 1
}

parse() {
  usage='Options are --token TOKEN, --token-file FILE, --name NAME and --address HOST:PORT.'
  # `novadock host add` sets novadock_token before the first line, so that the token is in no list of processes.
  token=${novadock_token:-} name='' address=''
  # sudo tells all children the whole command, and so the token.
  unset novadock_token SUDO_COMMAND
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value. $usage"
    case $1 in
      --token) token=$2 ;;
      --token-file) token=$(read_token "$2") ;;
      --name) name=$2 ;;
      --address) address=$2 ;;
      *) fail "There is no option $1. $usage" ;;
    esac
    shift 2
  done
}

# From a file, so that it is in no history and no log; /dev/tty is the terminal.
read_token() {
  [ ! -c "$1" ] || printf 'Join token: ' >&2
  # Of a last line without its end, read takes what there is, and says that it was no line.
  { read -r line <"$1"; } 2>/dev/null || [ -n "${line:-}" ] || fail "There is no token in $1: a file has to be there, with the token on its first line."
  printf '%s' "$line"
}

check_machine() {
  [ "$(uname -s)" = Linux ] || fail "A host has to run Linux; this is $(uname -s)."
  [ "$(id -u)" = 0 ] || fail 'The agent is installed by root: put sudo before sh, or run this as root.'
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) cpu=amd64 package=$amd64 ;;
    aarch64 | arm64) cpu=arm64 package=$arm64 ;;
    *) fail "There is no agent for this CPU type, $machine; there is one for x86_64 and aarch64." ;;
  esac
  [ -n "$package" ] || fail "The control plane has no agent for $cpu yet. Run \`npm run package-agent -- $cpu\` there, in Novadock's folder, then this again."
  [ -d "$running" ] || fail 'systemd does not run on this machine, and it is what keeps the agent running. Use a machine with systemd; docs/hosts.md has a way without.'
  missing=''
  for tool in curl tar gzip sha256sum systemctl flock sed df mktemp; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
  done
  [ -z "$missing" ] || fail "Programs are missing:$missing. Install them (Debian: apt-get install -y curl tar gzip coreutils util-linux), then run this again."
}

check_room() {
  place=$programs
  while [ ! -d "$place" ]; do place=${place%/*}; [ -n "$place" ] || place=/; done
  free_kib=$(df -Pk "$place" | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p')
  [ "${free_kib:-0}" -ge "$needed_kib" ] || fail "The agent takes $((needed_kib / 1024)) MiB below $place, and $((${free_kib:-0} / 1024)) MiB are free. Make room, then run this again."
}

# Whose host this is already, if anybody's.
check_cloud() {
  [ -e "$home/agent/certificate.pem" ] || return 0
  found=$(sed -n 's/.*"cloudId": *"\([^"]*\)".*/\1/p' "$home/agent/host.json")
  enrolled=yes
  [ "$found" = "$cloud" ] || fail "This machine is a host of another cloud ($found). Remove it there first: \`novadock host forget\`. If that cloud is gone for good: systemctl stop $unit; rm -f $home/agent/*.pem; then run this again."
}

# The control plane is known by its key, not by who certified that.
get() {
  status=0
  # What gets stuck is given up, what breaks off is tried again.
  curl -fsSk --pinnedpubkey "$pin" --connect-timeout 20 --speed-limit 1024 --speed-time 30 --retry 3 -o "$2" "$1" || status=$?
  case $status in
    0) ;;
    22) fail "The control plane does not give out $1 (its answer is above). Run this again; if that does not help, see its log." ;;
    90) fail "Whoever answers at $url does not have the key that this script knows. Get a fresh command with \`novadock host token\`; if it fails as well, somebody is in between." ;;
    *) fail "$1 could not be fetched (curl: $status, the reason is above). Can this machine reach the control plane? Run this again when it can." ;;
  esac
}

install_programs() {
  mkdir -p "$programs"
  rm -rf "$programs"/.new.*
  [ ! -d "$programs/$version" ] || return 0
  check_room
  printf 'Fetching the agent %s for %s\n' "$version" "$cpu"
  scratch=$(mktemp -d "$programs/.new.XXXXXX")
  get "$url/v1/agent/novadock-agent-linux-$cpu.tar.gz" "$scratch/agent.tar.gz"
  found=$(sha256sum "$scratch/agent.tar.gz")
  [ "${found%% *}" = "$sum" ] || fail "What was fetched is not the agent that this script knows (SHA-256 ${found%% *} in place of $sum): it was changed on its way, or just now on the control plane. Get a fresh command with \`novadock host token\`."
  mkdir "$scratch/agent"
  tar -xzmf "$scratch/agent.tar.gz" -C "$scratch/agent" || fail 'The agent could not be unpacked; the reason is above.'
  found=$("$scratch/agent/bin/node" "$scratch/agent/main.js" --version 2>&1) || fail "The agent does not run on this machine: $found"
  # Where SELinux labels files, those of programs have to be right.
  ! command -v restorecon >/dev/null 2>&1 || restorecon -R "$scratch/agent" || :
  # What has its final name is whole, after a power cut as well.
  sync
  mv "$scratch/agent" "$programs/$version"
}

# A copy of a host's disk has its certificate, and is another machine: its agent says so, and would not start.
check_same() {
  [ -n "$enrolled" ] || return 0
  NOVADOCK_HOME=$home "$programs/$version/bin/node" "$programs/$version/main.js" enrol </dev/null ||
    fail 'This machine cannot go on as the host that it was; the reason is above. The agent that was there is as it was.'
}

# The agent updates itself as well (src/update). A version of it that is on trial just now is replaced by this one, for good.
end_trial() {
  for stage in ready started; do
    [ ! -e "$home/agent/update/trial.$stage" ] || read -r before _ <"$home/agent/update/trial.$stage"
  done
  rm -f "$home"/agent/update/trial.* "$units/.$unit.before" "$units/$unit.d/novadock-trial.conf"
  [ ! -d "$units/$unit.d" ] || rmdir "$units/$unit.d" 2>/dev/null || :
}

switch_to_it() {
  before=$(readlink "$programs/current") || before=''
  end_trial
  # So that the agent can go back to it without the control plane.
  [ -z "$before" ] || [ "$before" = "$version" ] || ln -sfn "$before" "$programs/previous"
  ln -sfn "$version" "$programs/.next"
  mv -fT "$programs/.next" "$programs/current"
  cp "$programs/$version/$unit" "$units/.$unit"
  mv -f "$units/.$unit" "$units/$unit"
}

enrol() {
  [ -z "$enrolled" ] || return 0
  set -- enrol --join "$url" --pin "$pin" --token -
  [ -z "$name" ] || set -- "$@" --name "$name"
  [ -z "$address" ] || set -- "$@" --address "$address"
  # printf is the shell's own: no process has the token among its arguments.
  printf '%s\n' "$token" | NOVADOCK_HOME=$home "$programs/current/bin/node" "$programs/current/main.js" "$@" ||
    fail 'This machine was not enrolled; the reason is above. Run this again when it is mended, with a fresh token (`novadock host token`) where it says so.'
  token=''
}

start() {
  systemctl daemon-reload
  systemctl enable --quiet "$unit"
  if ! systemctl restart "$unit"; then
    journalctl -u "$unit" -n 20 -o cat --no-pager >&2 || :
    fail 'The agent does not start; the end of its log is above. Run this again when it is mended: the machine is enrolled, so no token is needed.'
  fi
  previous=$(readlink "$programs/previous") || previous=$version
  for old in "$programs"/*; do
    case ${old##*/} in current | previous | "$version" | "$previous") ;; *) rm -rf "$old" ;; esac
  done
}

read_host() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$home/agent/host.json"
}

main() {
  umask 022
  parse "$@"
  check_machine
  set -- $package
  version=$1 sum=$2 needed_kib=$3 enrolled='' scratch=''
  check_cloud
  [ -n "$enrolled" ] || [ -n "$token" ] || fail 'A token is needed to join: `novadock host token` makes one and prints the whole command.'
  # The file stays: one that waits for nobody must not lock what another one has just removed. It is gone with the next boot.
  # Nobody but root can open it, or anybody could hold the lock.
  (umask 077; : >>"$lock")
  chmod 600 "$lock"
  exec 9>"$lock"
  flock -n 9 || fail 'It runs already on this machine. Wait until that has ended.'
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' HUP INT TERM
  install_programs
  check_same
  switch_to_it
  enrol
  start
  name=$(read_host name)
  printf '%s is a host of the cloud at %s: id %s, its agent (%s) answers at %s.\n' "$name" "$url" "$(read_host hostId)" "$version" "$(read_host address)"
  [ -z "$enrolled" ] || [ -z "$token" ] || printf 'It was one before, so the token was not used. If the cloud has forgotten it: rm -f %s/agent/*.pem, and run this again with a fresh token.\n' "$home"
  printf 'Next, where the novadock command is:\n  novadock host prepare %s\n' "$name"
}

main "$@"
