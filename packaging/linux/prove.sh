#!/bin/sh
# Installs the .deb on a clean Debian in a folder, proves it there with real brokers, and removes it again:
#   sudo sh packaging/linux/prove.sh mqassist_….deb [FOLDER]
# Needs debootstrap (only where FOLDER does not hold a Debian yet), mosquitto and rabbitmq-server outside.
set -eu
package=$(readlink -f "$1")
clean=${2:-/var/tmp/mqassist-clean}
say() { printf '== %s\n' "$*"; }
inside() { chroot "$clean" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"; }
work=$(mktemp -d)
finish() {
  [ -z "${mosquitto_pid:-}" ] || kill "$mosquitto_pid" 2>/dev/null || true
  [ ! -s "$work/rabbit.pid" ] || kill "$(cat "$work/rabbit.pid")" 2>/dev/null || true
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
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends /var/tmp/mqassist.deb >/dev/null
test -x "$clean/usr/lib/mqassist/mqassist"
say "selftest"
inside mqassist selftest
say "start"
start=$(date +%s%N)
inside mqassist --version
echo "$(( ($(date +%s%N) - start) / 1000000 )) ms to the version"

say "Mosquitto"
printf 'listener 18830 127.0.0.1\nallow_anonymous true\n' > "$work/mosquitto.conf"
PATH="$PATH:/usr/sbin" mosquitto -c "$work/mosquitto.conf" >/dev/null 2>&1 & mosquitto_pid=$!
timeout 20 sh -c 'until ss -ltn | grep -q :18830; do sleep 0.2; done'
inside mqassist check mqtt://127.0.0.1:18830
start=$(date +%s%N)
inside mqassist check mqtt://127.0.0.1:18830 --json >/dev/null
echo "$(( ($(date +%s%N) - start) / 1000000 )) ms for a whole check"

say "RabbitMQ"
mkdir -p "$work/rabbit"
cat > "$work/rabbitmq.conf" <<EOF
listeners.tcp.1 = 127.0.0.1:18672
distribution.listener.interface = 127.0.0.1
log.console = false
EOF
chmod -R a+rwX "$work"
ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=18369 HOME="$work/rabbit" RABBITMQ_NODENAME=prove@localhost RABBITMQ_DIST_PORT=18373 \
  RABBITMQ_CONFIG_FILE="$work/rabbitmq.conf" RABBITMQ_MNESIA_BASE="$work/rabbit/db" RABBITMQ_LOG_BASE="$work/rabbit" \
  RABBITMQ_PID_FILE="$work/rabbit.pid" RABBITMQ_ENABLED_PLUGINS_FILE="$work/rabbit/plugins" \
  /usr/lib/rabbitmq/bin/rabbitmq-server >"$work/rabbit.log" 2>&1 &
timeout 90 sh -c 'until ss -ltn | grep -q :18672; do sleep 0.5; done' || { cat "$work/rabbit.log"; exit 1; }
inside mqassist check amqp://guest:guest@127.0.0.1:18672
inside mqassist check amqp://guest:wrong@127.0.0.1:18672 >"$work/wrong.txt" && exit 1
grep -q auth.bad-credentials "$work/wrong.txt"

say "remove"
inside env DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y mqassist >/dev/null
left=$(find "$clean/usr" -name '*mqassist*' | head)
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
say "all of it works"
