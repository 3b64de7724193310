"""The same check by hand: for each probe a command that everybody can get, with this run's names, and what to look for.

Pure. Names come from peers and from reports that somebody sent: each is quoted for its shell, and one that could pass
for an option is left out. A password is never in a command; where one is needed the command asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from mqassist.core.facts import Fact
from mqassist.core.record import record
from mqassist.report.presented import Presented

Platform = Literal["linux", "macos", "windows"]
MAX_ADDRESSES = 4
MAX_NAME = 300
MANAGEMENT_PORT = 15672


@record
class HandCommand:
    """`platform` is that of its shell: another one than was asked for where only that has the tool.
    `look_for` is a key of the language tables."""

    command: str
    platform: Platform
    look_for: str


def by_hand(report: Presented, probe: str, platform: Platform) -> tuple[HandCommand, ...]:
    """None for a probe that only reads what others saw, or is no probe of ours."""
    maker = _MAKERS.get(probe)
    return () if maker is None else tuple(maker(_Place(report, platform)))


class _Place:
    """What commands are made of, quoted for one shell."""

    def __init__(self, report: Presented, platform: Platform) -> None:
        self.report = report
        self.platform = platform
        self.facts: dict[str, Fact] = {}
        for check in report.checks:
            self.facts |= check.facts
        endpoint = report.endpoint
        self.tls = bool(endpoint.get("tls"))
        self.websocket = endpoint.get("transport") == "websocket"
        self.raw_host = _usable(endpoint.get("host")) or "HOST"
        self.host = quoted(self.raw_host, platform)
        port = endpoint.get("port")
        self.port = str(port) if isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536 else "PORT"
        self.user = self.word(endpoint.get("username"), "") if endpoint.get("username") else ""
        self.vhost = self.word(endpoint.get("vhost"), "/")
        self.raw_address = _usable(self.facts.get("tcp.address")) or self.raw_host
        self.address = quoted(self.raw_address, platform)
        self.name = self.word(self.facts.get("tls.server_name"), "") or self.host

    @property
    def windows(self) -> bool:
        return self.platform == "windows"

    def word(self, value: Fact | None, otherwise: str) -> str:
        """Quoted; `otherwise` for what is missing, unprintable or looks like an option."""
        text = _usable(value)
        return quoted(text, self.platform) if text else otherwise

    def fact_word(self, name: str, otherwise: str) -> str:
        return self.word(self.facts.get(name), otherwise)

    def at(self, raw: str, *, port: str = "", scheme: str = "", tail: str = "") -> str:
        """host:port as openssl and curl want it, quoted once; `raw` is not quoted yet."""
        host = f"[{raw}]" if ":" in raw else raw
        return quoted(f"{scheme}{host}:{port or self.port}{tail}", self.platform)

    def say(self, command: str, look_for: str) -> HandCommand:
        return HandCommand(command, self.platform, f"hand.look.{look_for}")

    @property
    def unix(self) -> _Place:
        """For tools that only a Unix shell has; the names are quoted for that shell then."""
        return _Place(self.report, "linux") if self.windows else self


def _usable(value: object) -> str:
    """ "" for what is missing, unprintable, endless or could pass for an option."""
    text = value if isinstance(value, str) else ""
    return "" if text.startswith("-") or not text.isprintable() or len(text) > MAX_NAME else text


def quoted(text: str, platform: str) -> str:
    """For a POSIX shell, or for PowerShell on Windows."""
    import re
    from shlex import quote

    if platform != "windows":
        return quote(text)
    return text if re.fullmatch(r"[A-Za-z0-9_./:@\\-]+", text) else "'" + text.replace("'", "''") + "'"


Made = Sequence[HandCommand]


def _dns(here: _Place) -> Made:
    if here.facts.get("dns.result") == "literal":
        return ()
    own = {
        "linux": f"getent ahosts {here.host}",
        "macos": f"dscacheutil -q host -a name {here.host}",
        "windows": f"Resolve-DnsName {here.host}",
    }[here.platform]
    return (here.say(own, "addresses"), *_dig(here))


def _dig(here: _Place) -> Made:
    if here.windows:
        return (here.say(f"nslookup {here.host}", "name-server"),)
    return (here.say(f"dig {here.host} A {here.host} AAAA", "name-server"),)


def _dial(here: _Place, address: str) -> HandCommand:
    if here.windows:
        return here.say(f"Test-NetConnection {address} -Port {here.port}", "tcp-windows")
    return here.say(f"nc -vz -w 5 {address} {here.port}", "tcp")


def _tcp(here: _Place) -> Made:
    return (_dial(here, here.address),)


def _each(here: _Place) -> Made:
    failed = here.facts.get("tcp.failed_addresses", ())
    names = [here.word(item, "") for item in failed] if isinstance(failed, tuple) else []
    return tuple(_dial(here, name) for name in names[:MAX_ADDRESSES] if name) or _tcp(here)


def _ports(here: _Place) -> Made:
    ports = ",".join(dict.fromkeys([here.port, "22", "443", "1883", "5671", "5672", "8883", "15672"]))
    return (here.say(f"nmap -Pn -p {ports} {here.address}", "ports"),)


def _ping(here: _Place) -> Made:
    count = "-n" if here.windows else "-c"
    return (here.say(f"ping {count} 10 {here.address}", "ping"),)


def _route(here: _Place) -> Made:
    command = {
        "linux": f"ip route get {here.address}",
        "macos": f"route -n get {here.address}",
        "windows": f"Find-NetRoute -RemoteIPAddress {here.address}",
    }[here.platform]
    return (here.say(command, "route"),)


def _own(look_for: str, linux: str, macos: str, windows: str) -> Callable[[_Place], Made]:
    """What is asked of this computer: nothing of the run is in it."""
    commands = {"linux": linux, "macos": macos, "windows": windows}
    return lambda here: (here.say(commands[here.platform], look_for),)


def _packets(here: _Place) -> Made:
    if here.windows:
        command = f"pktmon filter add -p {here.port}; pktmon start --etw -m real-time"
    else:
        command = f"sudo tcpdump -n -i any host {here.address} and port {here.port}"
    return (here.say(command, "packets"),)


def _identify(here: _Place) -> Made:
    return (here.say(f"nmap -Pn -sV -p {here.port} {here.address}", "service"),)


def _proxy(here: _Place) -> Made:
    kind = "socks5h" if here.facts.get("proxy.kind") == "socks5" else "http"
    host, port = _usable(here.facts.get("proxy.host")) or "PROXY", here.facts.get("proxy.port")
    proxy = here.at(host, port=str(port) if isinstance(port, int) else "3128", scheme=f"{kind}://")
    return (here.say(f"curl -v -p -x {proxy} {here.at(here.raw_host, scheme='telnet://')}", "tunnel"),)


def _outside(here: _Place) -> Made:
    """From a container to the machine around it."""
    return (_dial(here, "host.docker.internal"),)


def _s_client(here: _Place, more: str = "", *, then: str = "", sni: bool = True) -> str:
    name = f" -servername {here.name}" if sni and here.facts.get("dns.result") != "literal" else ""
    command = f"openssl s_client -connect {here.at(here.raw_address)}{name}{more}"
    rest = f" | {then}" if then else ""
    return f'"Q" | {command}{rest}' if here.windows else f"{command} </dev/null{rest}"


def _handshake(here: _Place) -> Made:
    check = "-verify_ip" if here.facts.get("dns.result") == "literal" else "-verify_hostname"
    return (here.say(_s_client(here, f" {check} {here.name}"), "verify"),)


def _certificate(here: _Place) -> Made:
    shown = "openssl x509 -noout -subject -issuer -dates -ext subjectAltName"
    return (here.say(_s_client(here, then=shown), "certificate"),)


def _chain(here: _Place) -> Made:
    return (here.say(_s_client(here, " -showcerts"), "chain"),)


def _sni(here: _Place) -> Made:
    return (here.say(_s_client(here, " -noservername", sni=False), "sni"),)


def _versions(here: _Place) -> Made:
    return tuple(here.say(_s_client(here, f" -{version}"), "versions") for version in ("tls1_2", "tls1_3"))


def _listing(here: _Place) -> Made:
    return (here.say(f"nmap -Pn --script ssl-enum-ciphers -p {here.port} {here.address}", "ciphers"),)


def _client_certificate(here: _Place) -> Made:
    return (here.say(_s_client(here, " -tls1_2 -cert client.pem -key client.key"), "client-certificate"),)


def _clock(here: _Place) -> Made:
    return (here.say("(Get-Date).ToUniversalTime()" if here.windows else "date -u", "clock"),)


def _tls_files(here: _Place) -> Made:
    return (here.say("openssl x509 -in client.pem -noout -subject -issuer -dates", "files"),)


_UPGRADE = (
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: mqtt",
)  # fmt: skip


def _websocket(here: _Place) -> Made:
    scheme = "https" if here.tls else "http"
    path = _usable(here.facts.get("websocket.path"))
    tail = path if path.startswith("/") else "/mqtt"
    url = here.at(here.raw_host, scheme=f"{scheme}://", tail=tail)
    headers = " ".join(f"-H {quoted(line, here.platform)}" for line in _UPGRADE)
    tool = "curl.exe" if here.windows else "curl"
    return (here.say(f"{tool} -i -N --http1.1 --max-time 5 {headers} {url}", "upgrade"),)


def _amqp_greeting(asked: _Place) -> Made:
    here = asked.unix
    header = "printf 'AMQP\\000\\000\\011\\001'"
    if here.tls:
        talk = f"openssl s_client -quiet -connect {here.at(here.raw_address)} -servername {here.name}"
        return (here.say(f"({header}; sleep 3) | {talk} | strings", "amqp-start"),)
    return (here.say(f"({header}; sleep 3) | nc {here.address} {here.port} | strings", "amqp-start"),)


def _amqp_login(here: _Place) -> Made:
    user = here.user or "guest"
    tool = "curl.exe" if here.windows else "curl"
    url = here.at(here.raw_host, port=str(MANAGEMENT_PORT), scheme="http://", tail="/api/whoami")
    whoami = f"{tool} -sS -u {user} {url}"
    unix = here.unix
    return (
        here.say(whoami, "whoami"),
        unix.say(f"sudo rabbitmqctl authenticate_user {unix.user or 'guest'}", "authenticate"),
    )


def _amqp_rights(asked: _Place) -> Made:
    here = asked.unix
    user = here.user or "guest"
    return (
        here.say(f"sudo rabbitmqctl list_user_permissions {user}", "permissions"),
        here.say(f"sudo rabbitmqctl list_permissions -p {here.vhost}", "permissions"),
    )


def _amqp_vhosts(here: _Place) -> Made:
    return (here.unix.say("sudo rabbitmqctl list_vhosts name", "vhosts"),)


def _amqp_heartbeat(here: _Place) -> Made:
    return (here.unix.say("sudo rabbitmqctl list_connections name user timeout state", "heartbeat"),)


def _mosquitto(here: _Place, tool: str, more: str, version: str = "") -> str:
    """The password is asked for; it goes through a variable of the shell, so that no history keeps it."""
    told = here.facts.get("mqtt.version")
    shown = version or {"5": "5", "3.1": "mqttv31"}.get(told if isinstance(told, str) else "", "mqttv311")
    secure = " --tls-use-os-certs" if here.tls else ""
    command = f"{tool} -h {here.host} -p {here.port}{secure} -V {shown}"
    if not here.user:
        return f"{command} {more}"
    if here.windows:
        return f"{command} -u {here.user} -P (Read-Host Password) {more}"
    ask = "printf 'Password: '; read -rs MQTT_PASSWORD; "
    return f'{ask}{command} -u {here.user} -P "$MQTT_PASSWORD" {more}'


def _mqtt(more: str, look_for: str, version: str = "") -> Callable[[_Place], Made]:
    def made(here: _Place) -> Made:
        if here.websocket:  # the public tools speak MQTT over TCP only
            return _websocket(here)
        dollar = "'$SYS/broker/version'"
        return (here.say(_mosquitto(here, "mosquitto_sub", more.format(sys=dollar), version), look_for),)

    return made


def _mqtt_path(here: _Place) -> Made:
    if here.websocket:
        return _websocket(here)
    topic = here.fact_word("mqtt.topic", "TOPIC")
    return (
        here.say(_mosquitto(here, "mosquitto_sub", f"-t {topic} -q 1 -C 1 -W 30 -v"), "message-back"),
        here.say(_mosquitto(here, "mosquitto_pub", f"-t {topic} -q 1 -m test -d"), "message-out"),
    )


def _log(here: _Place) -> Made:
    files = dict.fromkeys(hit.file for hit in here.report.log_matches)
    words = [here.word(name, "") for name in files]
    token = here.word(here.report.run_id, "mqassist")
    if here.windows:
        return tuple(here.say(f"Select-String -Path {name} -Pattern {token}", "log") for name in words if name)
    return tuple(here.say(f"grep -n {token} {name}", "log") for name in words if name)


_LOGIN = _mqtt("-t {sys} -C 1 -W 5 -d", "connack")
_PORTS = "Get-NetTCPConnection -State Listen | Sort-Object LocalPort"
_RULES = "Get-NetFirewallRule -Enabled True -Action Block -Direction Outbound"
_VARIABLES = "Get-ChildItem Env: | Where-Object Name -match proxy"
_MARKS = "cat /proc/1/cgroup /proc/version; ls -d /.dockerenv /run/.containerenv"
_HELD = _mqtt("-t {sys} -k 10 -W 60 -d", "pings")

_MAKERS: Mapping[str, Callable[[_Place], Made]] = {
    "dns.resolve": _dns,
    "dns.servers": _dig,
    "tcp.connect": _tcp,
    "tcp.each_address": _each,
    "tcp.other_ports": _ports,
    "tcp.parallel": _tcp,
    "tcp.small_segments": _packets,
    "tcp.round_trip": _ping,
    "net.ping": _ping,
    "net.route": _route,
    "net.firewall": _own("firewall", "sudo nft list ruleset", "sudo pfctl -s rules", _RULES),
    "protocol.identify": _identify,
    **dict.fromkeys(("proxy.connect", "proxy.policy", "proxy.identify", "proxy.environment_tunnel"), _proxy),
    "proxy.environment": _own("proxy-variables", "env | grep -i proxy", "env | grep -i proxy", _VARIABLES),
    "host.listeners": _own("listeners", "sudo ss -ltnp", "sudo lsof -nP -iTCP -sTCP:LISTEN", _PORTS),
    "host.limits": _own("limits", "ulimit -n", "ulimit -n", "netsh int ipv4 show dynamicport tcp"),
    "host.environment": _own("surroundings", _MARKS, "sysctl kern.hv_vmm_present", "systeminfo"),
    "input.outside_container": _outside,
    "tls.files": _tls_files,
    "tls.handshake": _handshake,
    "tls.certificate": _certificate,
    "tls.chain": _chain,
    "tls.sni": _sni,
    "tls.versions": _versions,
    "tls.listing": _listing,
    "tls.client_certificate": _client_certificate,
    "tls.clock": _clock,
    **dict.fromkeys(("websocket.upgrade", "websocket.path_variant", "websocket.subprotocol_variant"), _websocket),
    "amqp.handshake": _amqp_greeting,
    **dict.fromkeys(("amqp.login", "amqp.second_opinion", "amqp.client_library"), _amqp_login),
    **dict.fromkeys(("amqp.rights", "amqp.permission_patterns", "mqtt.permission_patterns"), _amqp_rights),
    "amqp.vhost_variant": _amqp_vhosts,
    **dict.fromkeys(("amqp.heartbeat", "amqp.idle_second", "amqp.client_library_too"), _amqp_heartbeat),
    **dict.fromkeys(("mqtt.connect", "mqtt.connect_again", "mqtt.login_variation", "mqtt.client_library"), _LOGIN),
    **dict.fromkeys(("mqtt.late_close", "mqtt.local_listener", "mqtt.broker_version"), _LOGIN),
    "mqtt.keepalive_variant": _mqtt("-t {sys} -k 10 -C 1 -W 15 -d", "connack"),
    "mqtt.version_variant": _mqtt("-t {sys} -C 1 -W 5 -d", "connack", "5"),
    **dict.fromkeys(("mqtt.message_path", "mqtt.acl_v5", "mqtt.lower_qos", "mqtt.limits", "mqtt.will"), _mqtt_path),
    **dict.fromkeys(("mqtt.keepalive", "mqtt.random_id", "mqtt.idle_second"), _HELD),
    **dict.fromkeys(("idle.search", "heartbeat.dead_peer", "watch.line"), _packets),
    "mqtt.amqp_sibling": _amqp_greeting,
    "log.lines": _log,
}
PROBES = frozenset(_MAKERS)
