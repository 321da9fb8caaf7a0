#!/bin/sh
# systemd runs this before each start of the agent while a new version of it is on trial (src/update/open-trial.ts). The new version has one
# start, so where there is a second one, after whatever, the old version is put back. The agent that is replaced brings this file along:
# nothing of the new version has to work. A rename takes no room on a full disk, and is whole after a power cut.
#   fall-back.sh TRIAL PROGRAMS UNITS UNIT
set -eu
trial=$1 programs=$2 units=$3 unit=$4

if [ -e "$trial.ready" ]; then
  touch "$trial.ready"
  mv "$trial.ready" "$trial.started"
  sync "${trial%/*}"
  exit 0
fi
[ -e "$trial.started" ] || exit 0
read -r old _ <"$trial.started"
echo "The new version of the agent did not pass its trial; $old is put back."
ln -sfn "$old" "$programs/.next"
mv -fT "$programs/.next" "$programs/current"
sync "$programs"
mv "$trial.started" "$trial.failed"
[ ! -e "$units/.$unit.before" ] || mv -f "$units/.$unit.before" "$units/$unit"
rm -f "$units/$unit.d/novadock-trial.conf"
# Somebody's own settings may be in it as well.
rmdir "$units/$unit.d" 2>/dev/null || :
sync "${trial%/*}" "$units"
# The old version is to start as its own unit says.
systemctl daemon-reload
systemctl --no-block restart "$unit"
