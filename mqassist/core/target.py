"""What the person typed, read as an endpoint, with everything that looks wrong about the text itself. Pure."""

from __future__ import annotations

import re

from mqassist.core.endpoint import DEFAULT_PORTS, Endpoint
from mqassist.core.facts import Fact, FactSpec
from mqassist.core.percent import decode, encode, printable
from mqassist.core.record import record
from mqassist.core.secret import MASK, Credentials, Secret
from mqassist.core.target_host import is_literal, is_loopback, short_ipv4
from mqassist.core.target_read import MALFORMED, OVERLOADED, Draft, guess_scheme, read
from mqassist.core.target_schemes import PORT_OWNERS
from mqassist.core.text import Text, say


@record
class Target:
    """`shown` is what the person gave, without secrets; `endpoint` is None if nothing dialable can be read."""

    shown: str
    endpoint: Endpoint | None
    credentials: Credentials
    facts: dict[str, Fact]
    evidence: tuple[Text, ...]


GIVES: tuple[FactSpec, ...] = (
    FactSpec(
        "input.result",
        "choice",
        "Read as it stands; read by guessing what was meant; or nothing dialable in it.",
        ("ok", "repaired", "unusable"),
    ),
    FactSpec("input.problems", "list", "What is wrong with the text, by short names."),
    FactSpec("input.malformed", "flag", "No standard reader gets an endpoint of ours from the text."),
    FactSpec("input.host_overloaded", "flag", "In the host's place there is more than a host."),
    FactSpec("input.kubernetes_port", "flag", "In the host's or port's place there is tcp://…, as Kubernetes sets it."),
    FactSpec(
        "input.reserved",
        "choice",
        "Unencoded characters in user, password or virtual host: they end the host's part too early for standard "
        "readers; some readers cope; they cut the virtual host's name off.",
        ("breaking", "tolerated", "cut-off"),
    ),
    FactSpec("input.strays", "list", "Blanks, quotes, invisible and look-alike characters found, by Unicode name."),
    FactSpec("input.unescaped", "list", "Reserved characters that stand unencoded in the URL."),
    FactSpec("input.placeholder_in", "list", "Parts with a placeholder: user, password, host, port, vhost."),
    FactSpec("input.placeholder", "text", "The placeholder in host, port, user or vhost (never the password's)."),
    FactSpec("input.foreign_scheme", "text", "A scheme that is neither AMQP, MQTT nor WebSocket."),
    FactSpec("input.repaired_url", "text", "The URL as it should be written, password masked."),
    FactSpec("input.scheme_given", "flag", "The text names a scheme."),
    FactSpec("input.protocol", "choice", "Protocol to speak.", ("amqp", "mqtt")),
    FactSpec("input.scheme", "choice", "Canonical scheme.", ("amqp", "amqps", "mqtt", "mqtts", "ws", "wss")),
    FactSpec("input.tls", "flag", "The scheme asks for TLS."),
    FactSpec("input.transport", "choice", "Transport of the protocol.", ("tcp", "websocket")),
    FactSpec("input.host", "text", "Host to dial."),
    FactSpec("input.host_given", "flag", "The text names a host; localhost is dialled otherwise."),
    FactSpec("input.port", "number", "Port to dial."),
    FactSpec("input.port_given", "flag", "The text names a port; the scheme's default is dialled otherwise."),
    FactSpec(
        "input.port_owner",
        "choice",
        "Protocol that usually listens on this port.",
        tuple(dict.fromkeys(PORT_OWNERS.values())),
    ),
    FactSpec("input.host_is_loopback", "flag", "The host is localhost or a loopback address."),
    FactSpec("input.host_is_literal", "flag", "The host is an address, not a name."),
    FactSpec("input.short_ipv4_means", "text", "Four octets that the system reads into a short or octal IPv4 address."),
    FactSpec("input.username_given", "flag", "A user name was given."),
    FactSpec("input.username", "text", "The user name."),
    FactSpec("input.password_given", "flag", "A password was given, perhaps blank."),
    FactSpec("input.password_blank", "flag", "The given password is empty."),
    FactSpec("input.login_still_encoded", "flag", "User name or password hold %XX even after the URL was decoded."),
    FactSpec("input.vhost", "text", "AMQP: the virtual host."),
    FactSpec(
        "input.vhost_form",
        "choice",
        "AMQP: how the virtual host was written.",
        ("default", "named", "empty", "slash-first", "several-segments", "double-encoded"),
    ),
    FactSpec("input.vhost_toggled", "text", "AMQP: the virtual host this spelling may have meant."),
)
"""Every fact about the target itself, known before a packet is sent."""

_FACT_OF: dict[str, str] = {
    **dict.fromkeys(MALFORMED, "input.malformed"),
    **dict.fromkeys(OVERLOADED, "input.host_overloaded"),
    "kubernetes": "input.kubernetes_port",
    "unescaped": "input.reserved",
    "raw-reserved": "input.reserved",
    "fragment": "input.reserved",
    "placeholder": "input.placeholder_in",
    "short-ipv4": "input.short_ipv4_means",
}
"""Which fact a problem makes true, so that each sentence is evidence for its own cause only."""
_RESERVED = {"unescaped": "breaking", "raw-reserved": "tolerated", "fragment": "cut-off"}
_SAID_BETTER = {"stray", "look-alikes", "unknown-scheme", "placeholder", "short-ipv4"}
"""Problems with a sentence of their own that also names what was found."""


def parse_target(
    text: str, *, user: str | None = None, password: Secret | None = None, vhost: str | None = None
) -> Target:
    """Reads a URL or a bare `host:port`; `user`, `password` and `vhost` override what it says. Never raises."""
    draft = read(text)
    shown = _shown(draft)
    if user is not None:
        draft.username = printable(user)
    secret = password
    if secret is None and draft.password is not None:
        secret = Secret(draft.password)
    credentials = Credentials(username=draft.username, password=secret)
    endpoint = _endpoint(draft, None if vhost is None else printable(vhost))
    facts = _facts(draft, endpoint, credentials)
    if endpoint is not None and endpoint.protocol == "amqp":
        facts |= _vhost_facts(draft, endpoint, overridden=vhost is not None)
    return Target(shown, endpoint, credentials, facts, _evidence(draft, endpoint, facts))


def _shown(draft: Draft) -> str:
    """What was given, with the password and everything that may hide one masked."""
    if "too-long" in draft.problems:
        return f"{draft.scheme_text}…"
    scheme = f"{draft.scheme_text}://" if draft.scheme_text else ""
    login = ""
    tail = draft.tail_shown
    if draft.username is not None:
        login = draft.username + ("" if draft.password is None else f":{MASK}") + "@"
    place = tail[: next((at for at, char in enumerate(tail) if char in "/?#"), len(tail))]
    host, colon, port = place.partition(":")
    if colon and not port.isdigit() and not {"kubernetes", "nested-url", "brackets", "placeholder"} & {*draft.problems}:
        # a password whose host was forgotten looks like a port
        tail = tail if place.startswith("[") else f"{host}:{MASK}"
    # a nested URL may bring its own login
    if "//" in tail:
        tail = re.sub(r"//[^/@]*:[^/@]*@", f"//{MASK}@", tail)
    head, question, _query = tail.partition("?")
    return f"{scheme}{login}{head}" + (f"?{MASK}" if question else "")


def _endpoint(draft: Draft, vhost: str | None) -> Endpoint | None:
    scheme = draft.scheme or guess_scheme(draft)
    if not scheme:
        if not draft.foreign_scheme and draft.dialable:
            draft.note("no-scheme")
        return None
    if not draft.dialable:
        return None
    named = draft.vhost if vhost is None else vhost
    websocket = scheme in ("ws", "wss")
    return Endpoint(
        protocol="amqp" if scheme.startswith("amqp") else "mqtt",
        scheme=scheme,
        host=draft.host or "localhost",
        port=draft.port or DEFAULT_PORTS[scheme],
        tls=scheme in ("amqps", "mqtts", "wss"),
        transport="websocket" if websocket else "tcp",
        vhost="/" if named is None else named,
        path=draft.path if websocket else "",
        username=draft.username,
    )


def _facts(draft: Draft, endpoint: Endpoint | None, credentials: Credentials) -> dict[str, Fact]:
    means = short_ipv4(draft.host)
    if means:
        draft.note("short-ipv4")
    broken = [problem for problem in draft.problems if problem not in ("raw-reserved", "fragment", "short-ipv4")]
    facts: dict[str, Fact] = {
        "input.result": "unusable" if endpoint is None else "repaired" if broken else "ok",
        "input.problems": tuple(draft.problems),
        **{
            name: any(_FACT_OF[problem] == name for problem in draft.problems)
            for name in ("input.malformed", "input.host_overloaded", "input.kubernetes_port")
        },
        "input.scheme_given": bool(draft.scheme_text),
        "input.username_given": draft.username is not None,
        "input.password_given": credentials.password is not None,
    }
    reserved = next((_RESERVED[problem] for problem in _RESERVED if problem in draft.problems), None)
    if reserved is not None:
        facts["input.reserved"] = reserved
    lists = {
        "input.strays": draft.strays,
        "input.unescaped": draft.unescaped,
        "input.placeholder_in": draft.placeholders,
    }
    facts |= {name: tuple(dict.fromkeys(found)) for name, found in lists.items() if found}
    texts = {
        "input.placeholder": draft.placeholder_text,
        "input.foreign_scheme": draft.foreign_scheme,
        "input.short_ipv4_means": means,
    }
    facts |= {name: text for name, text in texts.items() if text}
    if draft.username is not None:
        facts["input.username"] = draft.username
    if credentials.password is not None:
        facts["input.password_blank"] = credentials.password.is_blank
    if credentials.username is not None or credentials.password is not None:
        login = [credentials.username or "", credentials.password.reveal() if credentials.password else ""]
        facts["input.login_still_encoded"] = any(decode(part) != part for part in login)
    if draft.problems:
        facts["input.repaired_url"] = _repaired(draft, endpoint)
    return facts | (_endpoint_facts(draft, endpoint) if endpoint is not None else {})


def _endpoint_facts(draft: Draft, endpoint: Endpoint) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "input.protocol": endpoint.protocol,
        "input.scheme": endpoint.scheme,
        "input.tls": endpoint.tls,
        "input.transport": endpoint.transport,
        "input.host": endpoint.host,
        "input.host_given": bool(draft.host),
        "input.port": endpoint.port,
        "input.port_given": bool(draft.port),
        "input.host_is_loopback": is_loopback(endpoint.host),
        "input.host_is_literal": is_literal(endpoint.host),
    }
    if endpoint.port in PORT_OWNERS:
        facts["input.port_owner"] = PORT_OWNERS[endpoint.port]
    return facts


def _vhost_facts(draft: Draft, endpoint: Endpoint, *, overridden: bool) -> dict[str, Fact]:
    """RabbitMQ URI specification: without a path the default applies, `/` alone is the empty name, %2F is "/"."""
    vhost = endpoint.vhost
    form = "named"
    meant = ""
    if draft.vhost is None and not overridden:
        form = "default"
    elif not vhost:
        form, meant = "empty", "/"
    elif "%" in vhost and decode(vhost) != vhost:
        form, meant = "double-encoded", decode(vhost)
    elif vhost.startswith("/") and len(vhost) > 1:
        form, meant = "slash-first", vhost[1:]
    elif "/" in vhost and vhost != "/" and not overridden and "/" in draft.path[1:]:
        form, meant = "several-segments", vhost.split("/")[0]
    facts: dict[str, Fact] = {"input.vhost": vhost, "input.vhost_form": form}
    if meant:
        facts["input.vhost_toggled"] = meant
        facts["input.repaired_url"] = _repaired(draft, endpoint, vhost=meant)
    return facts


def _repaired(draft: Draft, endpoint: Endpoint | None, *, vhost: str | None = None) -> str:
    """The URL as every client reads it; what is not known stands in capitals."""
    scheme = draft.scheme or guess_scheme(draft) or _likely_scheme(draft)
    gaps = draft.placeholders
    host = "HOST" if "host" in gaps or not draft.host else "".join(draft.host.split())
    if endpoint is not None and "host" not in gaps:
        host = short_ipv4(endpoint.host) or endpoint.host
    if ":" in host:
        host = f"[{host}]"
    owner = PORT_OWNERS.get(draft.port, scheme)
    port = draft.port if draft.port and not (draft.foreign_scheme and owner != scheme) else DEFAULT_PORTS[scheme]
    login = ""
    if draft.username is not None:
        user = "USER" if "user" in gaps else encode(draft.username)
        login = user + ("" if draft.password is None else f":{MASK}") + "@"
    tail = ""
    if scheme in ("ws", "wss"):
        tail = draft.path
    elif scheme.startswith("amqp"):
        name = vhost if vhost is not None else endpoint.vhost if endpoint is not None else draft.vhost
        tail = "/VHOST" if "vhost" in gaps else "" if name in (None, "") else "/" + encode(name or "")
    return f"{scheme}://{login}{host}:{port}{tail}"


def _likely_scheme(draft: Draft) -> str:
    """Which scheme to offer when nothing says it: the host's own name, else AMQP."""
    host = draft.host.lower()
    return "mqtt" if any(word in host for word in ("mqtt", "mosquitto", "emqx", "hivemq")) else "amqp"


def _evidence(draft: Draft, endpoint: Endpoint | None, facts: dict[str, Fact]) -> tuple[Text, ...]:
    found = [
        say(f"input.problem.{problem}", about=(_FACT_OF[problem],))
        for problem in draft.problems
        if problem not in _SAID_BETTER
    ]
    if draft.strays:
        found.append(say("input.strays", about=("input.malformed",), characters=", ".join(draft.strays)))
    if draft.unescaped:
        signs = " ".join(dict.fromkeys(draft.unescaped))
        found.append(say("input.unescaped", about=("input.reserved",), characters=signs))
    if draft.placeholder_text:
        found.append(say("input.placeholder", about=("input.placeholder_in",), text=draft.placeholder_text))
    elif draft.placeholders:
        found.append(say("input.placeholder-password", about=("input.placeholder_in",)))
    if draft.foreign_scheme:
        found.append(say("input.foreign-scheme", about=("input.malformed",), scheme=draft.foreign_scheme))
        if PORT_OWNERS.get(draft.port) == "management":
            found.append(say("input.management-page", about=("input.malformed",), port=draft.port))
    if means := facts.get("input.short_ipv4_means"):
        found.append(say("input.short-ipv4", about=("input.short_ipv4_means",), host=draft.host, means=str(means)))
    if endpoint is not None:
        found.append(
            say(
                "input.understood",
                about=("input.scheme", "input.host", "input.port"),
                scheme=endpoint.scheme,
                host=endpoint.host,
                port=endpoint.port,
            )
        )
        if facts.get("input.vhost_form") not in (None, "default", "named"):
            found.append(say("input.vhost-read", about=("input.vhost", "input.vhost_form"), vhost=endpoint.vhost))
        if not draft.host:
            found.append(say("input.host-left-out", about=("input.host_given",), host=endpoint.host))
    return tuple(found)
