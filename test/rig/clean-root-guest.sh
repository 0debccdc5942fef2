#!/bin/bash
# In the guest whose root is the clean tree: the installed panel as systemd runs it, on kernel lines.
# Prints "figure NAME MILLISECONDS" for the test outside to judge.
set -euo pipefail

trap 'status=$?; [ $status = 0 ] || { journalctl -u latchd -o cat -n 60 --no-pager; echo "failed: line $LINENO"; }' EXIT
# This shell looks at the lines whatever else wants the processor, and forks nothing to do so.
chrt --reset-on-fork --fifo --pid 5 $$
mkfifo /run/never
exec 7<>/run/never
pause() { read -r -t 0.01 -u 7 || true; }
now() { echo $((${EPOCHREALTIME/./} / 1000)); }
main_pid() { systemctl show -P MainPID latchd; }
levels() {
  local first second
  read -r first <"$SIM/sim_gpio20/value"
  read -r second <"$SIM/sim_gpio21/value"
  [ "$first$second" = "$1" ]
}
at_rest() { levels 00; }
energised() { levels 11; }
is_active() { [ "$(systemctl show -P ActiveState latchd)" = active ]; }
# What a look that forks nothing takes beyond 20 ms, at this priority, is time in which the machine did
# not run the guest: it is counted, and is not the panel's. Many short gaps make seconds, as one long
# one does.
stood_still=0
# WHAT COMMAND...: waits until it holds, seven minutes at the most.
until_true() {
  local what=$1 from looked late
  from=$EPOCHSECONDS
  looked=${EPOCHREALTIME/./}
  shift
  until "$@"; do
    if [ $((EPOCHSECONDS - from)) -gt 420 ]; then
      echo "waited in vain until $what"
      return 1
    fi
    pause
    late=$((${EPOCHREALTIME/./} - looked - 20000))
    looked=${EPOCHREALTIME/./}
    if [ $late -gt 0 ]; then stood_still=$((stood_still + late / 1000)); fi
  done
}
figure() {
  echo "figure $1 $(($(now) - $2 - stood_still))"
  if [ $stood_still -gt 0 ]; then echo "besides, the guest stood still for $stood_still ms"; fi
}
# Ann's card opens both locks for 40 s. A machine that is too busy to play it is asked again.
open_door() {
  local _
  for _ in {1..20}; do
    wiegand-pulse -i 1000 4,5=10001110000111011010010101
    for _ in {1..300}; do
      if energised; then return; fi
      pause
    done
  done
  echo 'the card was not read'
  return 1
}
# systemd itself leaves a mark when latchd is ready: to ask it would cost the guest's one processor
# more than the start that is timed.
is_ready() { [ -e /run/latchd-is-ready ]; }
works_again() { # NAME START OLD-PID
  until_true "$1: the door works again" is_ready
  figure "$1-door" "$2"
  until_true "$1: it is active" is_active
  [ "$(main_pid)" != "$3" ]
}
# NAME: both locks energised, then dead by the rest of the arguments.
dies() {
  local name=$1 pid from
  shift
  open_door
  pid=$(main_pid)
  rm -f /run/latchd-is-ready
  stood_still=0
  from=$(now)
  "$@" "$pid"
  until_true "$name: both locks are at rest" at_rest
  figure "$name-rest" "$from"
  works_again "$name" "$from" "$pid"
  at_rest
}

# Whatever is added to the unit while it runs.
drop_in() { # NAME TEXT
  mkdir -p /run/systemd/system/latchd.service.d
  printf '[Service]\n%s\n' "$2" >"/run/systemd/system/latchd.service.d/$1.conf"
  systemctl daemon-reload
}
# A guest that gets a third of its processor needs longer for a start than any board. The name is read
# before those of the others, which may set other times.
drop_in a-patience $'TimeoutStartSec=300\nTimeoutStopSec=150'

# Since the boot there has been no chip: it is started again and again.
restarts=$(systemctl show -P NRestarts latchd)
echo "starts without a chip: $restarts"
[ "$restarts" -gt 0 ]
from=$(now)
eval "$(sim-chip panel 32 0-11=up)"
until_true 'the chip ends the start loop' is_active
stood_still=0 # Those looks ask systemd.
figure loop-door "$from"
udevadm settle
[ "$(stat -c '%G %a' "/dev/$CHIP")" = 'gpio 660' ]
[ "$(ps -o user= -p "$(main_pid)")" = latchd ]
systemctl show -P StatusText latchd
systemd-analyze security --no-pager latchd 2>/dev/null | tail -n 1 | sed 's/.*level for/exposure of/'

drop_in ready 'ExecStartPost=+/bin/touch /run/latchd-is-ready'

call() { # PATH BODY
  node -e '
    const { readFileSync } = require("fs");
    const password = readFileSync("/var/lib/latchd/initial-password", "utf8").trim();
    const [path, body] = process.argv.slice(1);
    fetch("http://127.0.0.1:8080" + path, {
      method: "POST",
      headers: { authorization: "Basic " + Buffer.from("admin:" + password).toString("base64") },
      body,
    }).then(async (answer) => console.log("answer", answer.status, await answer.text()))' "$@"
}
listens() { journalctl -u latchd -o cat --no-pager | grep 'the web listens' >/dev/null; }
until_true 'the web listens' listens
call /api/v1/access/identifier '{"identifier_owner":{"name":"Ann","type":"owner"},
  "identifier_type":"card","identifier_number":"1850186","lock":"all"}'

dies kill kill -KILL
dies stop kill -STOP
# As the kernel does when the board has no memory left, and latchd is what has most of it.
out_of_memory() {
  echo 1000 >"/proc/$1/oom_score_adj"
  echo f >/proc/sysrq-trigger
}
dies oom out_of_memory
journalctl -k -o cat --no-pager | grep -o 'Out of memory: Killed process [0-9]* (node)' || true

# Belt: the kernel's own release, without --rest.
without_rest=$'TimeoutStopSec=170\nExecStopPost='
drop_in belt "$without_rest"
dies kernel kill -KILL

# Belt: --rest by the unit. The lines are pulled up, so that they stay energised when the kernel lets
# go, as on a Raspberry Pi without strict_gpiod. It waits for somebody to look at it.
run=$(sed -n 's/^ExecStopPost=//p' /usr/local/lib/systemd/system/latchd.service)
drop_in belt "$without_rest
ExecStopPost=/bin/sh -c 'echo \$\$\$\$ >/var/lib/latchd/rest.pid; kill -STOP \$\$\$\$; exec $run'"
open_door
for line in 20 21; do echo pull-up >"$SIM/sim_gpio$line/pull"; done
pid=$(main_pid)
kill -KILL "$pid"
waits() { rest=$(cat /var/lib/latchd/rest.pid 2>/dev/null) && grep -q '^State:.T' "/proc/$rest/status"; }
until_true 'the unit runs --rest' waits
energised
mkfifo /run/watch
line-watch -p "$rest" 20 21 </run/watch >/run/levels 2>/dev/null &
exec 8>/run/watch
until_true 'line-watch' grep -q ready /run/levels
kill -CONT "$rest"
until_true 'the first lock was driven to rest' grep -q '^20 0' /run/levels
until_true 'the second lock was driven to rest' grep -q '^21 0' /run/levels
echo 'driven to rest by the unit alone'
exec 8>&-
wait
for line in 20 21; do echo pull-down >"$SIM/sim_gpio$line/pull"; done
rm -r /run/systemd/system/latchd.service.d
systemctl daemon-reload
until_true 'it runs again' is_active

journalctl LATCHD_READER=front LATCHD_OWNER=Ann -o cat --no-pager | grep '^granted' | tail -n 1
latchctl status >/run/status || { cat /run/status; exit 1; }
head -n 3 /run/status
latchctl doctor >/run/doctor || true
sed 's/^/doctor: /' /run/doctor

# An upgrade that cannot start is undone; the same version again leaves the door alone.
folder=/usr/src/latchd
pid=$(main_pid)
"$folder/scripts/install" --board 'Raspberry Pi 4'
[ "$(main_pid)" = "$pid" ]
good=$(readlink /opt/latchd/current)
cp "$folder/dist/start/watchdog.js" /run/watchdog.js
echo 'throw new Error("a bad build");' >>"$folder/dist/start/watchdog.js"
if "$folder/scripts/install" --board 'Raspberry Pi 4'; then exit 1; fi
[ "$(readlink /opt/latchd/current)" = "$good" ]
until_true 'the version before runs' is_active
cp /run/watchdog.js "$folder/dist/start/watchdog.js"
open_door
"$folder/scripts/uninstall"
at_rest
[ ! -e /opt/latchd ] && [ -f /var/lib/latchd/latchd.mdb ] && [ -f /etc/latchd/latchd.yaml ]
umount /var/lib/latchd
"$folder/scripts/uninstall" --purge
[ ! -e /var/lib/latchd ] && [ ! -e /etc/latchd ] && ! getent passwd latchd
echo 'all done'
