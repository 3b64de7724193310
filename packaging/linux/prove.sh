#!/bin/sh
# Installs the .deb on a clean Debian in a folder, proves it there with real brokers, and removes it again:
#   sudo sh packaging/linux/prove.sh mqassist_….deb [FOLDER]
# Needs debootstrap (only where FOLDER does not hold a Debian yet), mosquitto and rabbitmq-server outside.
set -eu
package=$(readlink -f "$1")
clean=${2:-/var/tmp/mqassist-clean}
say() { printf '== %s\n' "$*"; }
inside() { chroot "$clean" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
free() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
listens() { timeout "$2" sh -c "until ss -ltn | grep -q '127.0.0.1:$1 '; do sleep 0.2; done"; }
work=$(mktemp -d)
finish() {
  [ -z "${mosquitto_pid:-}" ] || kill "$mosquitto_pid" 2>/dev/null || true
  if [ -s "$work/rabbit.pid" ]; then
    rabbit=$(cat "$work/rabbit.pid")
    kill "$rabbit" 2>/dev/null || true
    timeout 30 sh -c "while kill -0 $rabbit 2>/dev/null; do sleep 0.2; done" || true
    ERL_EPMD_PORT="$epmd" epmd -kill >/dev/null 2>&1 || true
  fi
  umount "$clean/proc" "$clean/dev" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

if [ ! -d "$clean/usr" ]; then
  say "a clean Debian in $clean"
  command -v debootstrap >/dev/null || apt-get install -y --no-install-recommends debootstrap
  debootstrap --variant=minbase bookworm "$clean"
fi
mountpoint -q "$clean/proc" || mount -t proc proc "$clean/proc"
mountpoint -q "$clean/dev" || mount --bind /dev "$clean/dev"
cp /etc/resolv.conf "$clean/etc/resolv.conf"
cp "$package" "$clean/var/tmp/mqassist.deb"

say "install"
inside apt-get -qq update
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends /var/tmp/mqassist.deb >/dev/null
test -x "$clean/usr/lib/mqassist/mqassist"
say "selftest"
inside mqassist selftest
say "start"
start=$(date +%s%N)
inside mqassist --version
echo "$(( ($(date +%s%N) - start) / 1000000 )) ms to the version"

say "Mosquitto"
mqtt=$(free)
printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$mqtt" > "$work/mosquitto.conf"
PATH="$PATH:/usr/sbin" mosquitto -c "$work/mosquitto.conf" >/dev/null 2>&1 & mosquitto_pid=$!
listens "$mqtt" 20
kill -0 "$mosquitto_pid"
inside mqassist check "mqtt://127.0.0.1:$mqtt"
start=$(date +%s%N)
inside mqassist check "mqtt://127.0.0.1:$mqtt" --json >/dev/null
echo "$(( ($(date +%s%N) - start) / 1000000 )) ms for a whole check"

say "RabbitMQ"
mkdir -p "$work/rabbit"
amqp=$(free)
epmd=$(free)
cat > "$work/rabbitmq.conf" <<EOF
listeners.tcp.1 = 127.0.0.1:$amqp
distribution.listener.interface = 127.0.0.1
log.console = false
EOF
chmod -R a+rwX "$work"
ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd" HOME="$work/rabbit" RABBITMQ_NODENAME=prove@localhost RABBITMQ_DIST_PORT="$(free)" \
  RABBITMQ_CONFIG_FILE="$work/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$work/rabbit/db" RABBITMQ_LOG_BASE="$work/rabbit" \
  RABBITMQ_PID_FILE="$work/rabbit.pid" RABBITMQ_ENABLED_PLUGINS_FILE="$work/rabbit/plugins" \
  /usr/lib/rabbitmq/bin/rabbitmq-server >"$work/rabbit.log" 2>&1 &
listens "$amqp" 90 || { cat "$work/rabbit.log"; exit 1; }
inside mqassist check "amqp://guest:guest@127.0.0.1:$amqp"
inside mqassist check "amqp://guest:wrong@127.0.0.1:$amqp" >"$work/wrong.txt" && exit 1
grep -q auth.bad-credentials "$work/wrong.txt"

say "remove"
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 purge -y mqassist >/dev/null
left=$(find "$clean/usr" -name '*mqassist*' | head)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
say "all of it works"
