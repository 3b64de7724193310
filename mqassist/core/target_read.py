"""Takes a target apart as its writer meant it, and notes every place where it had to guess. Pure; never raises.

RabbitMQ URI specification: `amqp://[user[:password]@][host][:port][/vhost][?query]`, every part percent-encoded.
"""

from __future__ import annotations

from mqassist.core.percent import decode, has_stray_percent, printable
from mqassist.core.record import fresh, record
from mqassist.core.target_host import is_ipv6, is_loopback
from mqassist.core.target_patterns import (
    HOST_AND_PORT,
    IPV4_AND_PORT,
    KUBERNETES_PORT,
    LAME_SCHEME,
    NEXT_URL,
    PLACE,
    PLACEHOLDER,
    QUERY,
    WHOLE_VARIABLE,
)
from mqassist.core.target_schemes import (
    LOOK_ALIKES,
    MISSPELT,
    PORT_OWNERS,
    QUOTES,
    SCHEME_BY_PORT,
    SCHEMES,
    is_stray,
    named,
)

MAX_TARGET = 16384
"""Characters; a longer text is no URL that a person meant."""

MALFORMED = (
    *("empty", "too-long", "several", "no-scheme", "unknown-scheme", "misspelt-scheme", "scheme-separator"),
    *("stray", "look-alikes", "bad-port"),
)
OVERLOADED = ("brackets", "bracketed-name", "nested-url", "port-twice")
PROBLEMS = (*MALFORMED, *OVERLOADED, "kubernetes", "placeholder", "unescaped", "raw-reserved", "fragment", "short-ipv4")
"""What can be wrong with the text itself; see the fact `input.problems`."""

_SCHEME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-")
_TOLERATED = frozenset('@"<>^`{|}\\ ')
_OTHER_SCHEMES = {"http", "https", "stomp", "udp", "stream", "rabbitmq-stream"}


@record(frozen=False)
class Draft:
    """The parts, decoded. `port` is 0 if none was given; `vhost` None if the URL has no path."""

    scheme_text: str = ""
    scheme: str = ""
    username: str | None = None
    password: str | None = None
    host: str = ""
    port: int = 0
    vhost: str | None = None
    path: str = ""
    query: str = ""
    problems: list[str] = fresh(default_factory=list)
    strays: list[str] = fresh(default_factory=list)
    unescaped: list[str] = fresh(default_factory=list)
    placeholders: list[str] = fresh(default_factory=list)
    placeholder_text: str = ""
    foreign_scheme: str = ""
    tail_shown: str = ""
    dialable: bool = True

    def note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def read(text: str) -> Draft:
    """Never raises; what cannot be understood at all has `dialable` False."""
    draft = Draft()
    body = _without_wrapping(printable(text[: MAX_TARGET + 1]), draft)
    if not body or len(text) > MAX_TARGET:
        draft.note("too-long" if body else "empty")
        draft.dialable = False
        return draft
    following = NEXT_URL().search(body, 3) if body.count("://") > 1 else None
    if following is not None:
        body = body[: following.start()].rstrip(",;| \t\r\n")
        draft.note("several")
    rest = _read_scheme(body, draft)
    inner = _nested(rest, draft)
    if len(inner) < len(rest):
        draft.scheme_text += "://" + rest[: len(rest) - len(inner)].removesuffix("://")
        rest = inner
    start = _read_login(rest, draft)
    _read_place(rest[start:], draft)
    return draft


def _without_wrapping(text: str, draft: Draft) -> str:
    """Quotes, blanks and invisible characters around the whole target belong to where it was copied from."""
    begin, end = 0, len(text)
    while begin < end and (is_stray(text[begin]) or text[begin] in QUOTES):
        begin += 1
    while end > begin and (is_stray(text[end - 1]) or text[end - 1] in QUOTES):
        end -= 1
    for char in text[:begin] + text[end:]:
        _stray(char, draft)
    return text[begin:end]


def _stray(char: str, draft: Draft, problem: str = "stray") -> None:
    draft.note(problem)
    name = named(char)
    if name not in draft.strays and len(draft.strays) < 8:
        draft.strays.append(name)


def _plain(text: str, draft: Draft) -> str:
    """A scheme, host or port as it was meant: strays taken out, look-alikes replaced, both noted."""
    kept: list[str] = []
    for char in text:
        meant = LOOK_ALIKES.get(ord(char), char)
        if is_stray(char) or char in QUOTES:
            _stray(char, draft)
            continue
        if meant != char:
            _stray(char, draft, "look-alikes")
        kept.append(meant)
    return "".join(kept)


def _read_scheme(body: str, draft: Draft) -> str:
    """Sets the scheme and returns what follows it. Look-alikes map one to one, so indexes stay the same."""
    same = body.translate(LOOK_ALIKES)
    scheme = _scheme_of(same)
    end = len(scheme) + 3
    if not scheme:
        lame = LAME_SCHEME().match(same)
        if lame is None or not _known(lame.group(1)):
            return body
        scheme, end = lame.group(1), lame.end()
        draft.note("scheme-separator")
    _plain(body[:end], draft)
    draft.scheme_text = scheme
    word = draft.scheme_text.lower()
    draft.scheme = SCHEMES.get(word, "")
    if not draft.scheme and word in MISSPELT:
        draft.scheme = MISSPELT[word]
        draft.note("misspelt-scheme")
    elif not draft.scheme:
        draft.note("unknown-scheme")
        draft.foreign_scheme = word
    return body[end:]


def _scheme_of(text: str) -> str:
    """What stands before the first ://, if it can be a scheme (RFC 3986 §3.1); else ""."""
    scheme, separator, _ = text.partition("://")
    return scheme if separator and scheme[:1].isalpha() and _SCHEME_CHARACTERS.issuperset(scheme) else ""


def _known(word: str) -> bool:
    return word.lower() in SCHEMES or word.lower() in MISSPELT


# -- user and password --------------------------------------------------------------------------


def _read_login(rest: str, draft: Draft) -> int:
    """Sets user and password and returns where the host begins."""
    end = _login_end(rest)
    if end < 0:
        return 0
    login = rest[:end]
    user, colon, password = login.partition(":")
    draft.username = decode(user)
    draft.password = decode(password) if colon else None
    for part, raw in (("user", user), ("password", password)):
        _find_placeholder(part, raw, draft)
    _judge_login(PLACEHOLDER().sub("", login) if "placeholder" in draft.problems else login, draft)
    return end + 1


def _may_hold_placeholder(raw: str) -> bool:
    return "$" in raw or "{{" in raw or "<" in raw or raw.count("%") > 1


def _find_placeholder(part: str, raw: str, draft: Draft) -> bool:
    """Notes a placeholder in one part of the URL; the text of the password's is never kept."""
    if not _may_hold_placeholder(raw):
        return False
    found = PLACEHOLDER().search(raw) or WHOLE_VARIABLE().fullmatch(raw)
    if found is None:
        return False
    draft.note("placeholder")
    draft.placeholders.append(part)
    if part != "password" and not draft.placeholder_text:
        draft.placeholder_text = found.group()
    return True


def _login_end(rest: str) -> int:
    """Index of the `@` that ends the login, -1 without one.

    Standard readers look no further than the first / ? # and take the last `@` before it. If another one follows,
    either the virtual host has an `@` (legal), or the password has one of those three (the far commoner mistake):
    the standard reading stays only if it gives a host that looks like one.
    """
    border = next((at for at, char in enumerate(rest) if char in "/?#"), len(rest))
    strict, last = rest.rfind("@", 0, border), rest.rfind("@")
    if last == strict:
        return strict
    place = rest[strict + 1 : border]
    host, colon, port = place.rpartition(":")
    if rest[border] == "#" or not PLACE().fullmatch(place) or (colon and port and not _is_port(port)):
        return last
    if rest[border] == "?":
        return strict if QUERY().fullmatch(rest[border + 1 :]) else last
    if place.startswith("["):
        return strict if is_ipv6(place[1:].partition("]")[0]) else last
    if colon:
        usual = _is_port(port) and int(port) in PORT_OWNERS
        return strict if usual or (strict >= 0 and _is_port(port) and _looks_like_host(host)) else last
    if strict >= 0:
        return strict if _looks_like_host(place) else last
    later = HOST_AND_PORT().match(rest[last + 1 :])
    return last if later is not None and _is_port(later.group(2)) else strict


def _looks_like_host(text: str) -> bool:
    return "." in text or is_loopback(text)


def _judge_login(login: str, draft: Draft) -> None:
    """RFC 3986 §3.2.1: userinfo holds unreserved characters, escapes, sub-delims and colons; nothing else raw."""
    breaking = sorted(set(login) & set("/?#[]"))
    tolerated = sorted(set(login) & _TOLERATED)
    if has_stray_percent(login):
        tolerated.append("%")
    if breaking:
        draft.note("unescaped")
    elif tolerated:
        draft.note("raw-reserved")
    draft.unescaped += [*breaking, *tolerated]


# -- host, port and what follows ------------------------------------------------------------------


def _read_place(tail: str, draft: Draft) -> None:
    draft.tail_shown = tail
    tail = _nested(tail, draft)
    same = tail.translate(LOOK_ALIKES)
    border = next((at for at, char in enumerate(same) if char in "/?#\\"), len(same))
    _read_address(tail[:border], draft)
    _read_path(tail[border:], draft)


def _nested(tail: str, draft: Draft) -> str:
    """A whole URL where login, host or port belongs: the inner one has the real address. Returns what follows its ://"""
    same = tail.translate(LOOK_ALIKES)
    if "://" not in same:
        return tail
    kubernetes = KUBERNETES_PORT().match(same)
    if kubernetes is not None:
        # Kubernetes sets NAME_PORT=tcp://ip:port for every service, over a variable the client reads as a number
        draft.note("kubernetes")
        return tail[kubernetes.end() :]
    scheme = _scheme_of(same).lower()
    end = len(scheme) + 3
    if not _known(scheme) and scheme not in _OTHER_SCHEMES:
        return tail
    if scheme == "tcp" and IPV4_AND_PORT().match(same[end:]):
        draft.note("kubernetes")
        return tail[end:]
    draft.note("nested-url")
    if scheme in SCHEMES and scheme not in ("tcp", "ssl", "tls"):
        draft.scheme = SCHEMES[scheme]
    return tail[end:]


def _read_address(place: str, draft: Draft) -> None:
    if _may_hold_placeholder(place) and (PLACEHOLDER().search(place) or WHOLE_VARIABLE().match(place) or ":$" in place):
        _note_placeholders(place, draft)
        return
    inner_blank = any(char in " \t" for char in place.strip())
    place = _plain(place, draft)
    if "," in place or ";" in place:
        draft.note("several")
        place = place.replace(";", ",").partition(",")[0]
    host, port = _split_port(place, draft)
    draft.host = decode(host)
    if any(is_stray(char) for char in draft.host) or inner_blank:
        draft.note("stray")
        draft.dialable = False
    if port and not _is_port(port):
        draft.note("bad-port")
        draft.dialable = False
    elif port:
        draft.port = int(port)


def _note_placeholders(place: str, draft: Draft) -> None:
    """Host or port still hold a placeholder; colons inside it do not separate."""
    draft.dialable = False
    hidden = PLACEHOLDER().sub(lambda found: "x" * len(found.group()), place)
    cut = hidden.rfind(":") if ":" in hidden else len(place)
    host, port = place[:cut], place[cut + 1 :]
    if not _find_placeholder("host", host, draft):
        draft.host = host
    if not _find_placeholder("port", port, draft) and _is_port(port):
        draft.port = int(port)


def _split_port(place: str, draft: Draft) -> tuple[str, str]:
    """Host without brackets, and the port's text."""
    if place.startswith("["):
        inner, closed, after = place[1:].partition("]")
        if not closed or (after and not after.startswith(":")):
            draft.note("brackets")
            return _split_port(place.replace("[", "").replace("]", ""), draft)
        if ":" not in inner:
            draft.note("bracketed-name")
        # RFC 6874: the zone of a link-local address is written %25eth0
        return inner.replace("%25", "%"), after[1:]
    if "[" in place or "]" in place:
        draft.note("brackets")
        place = place.replace("[", "").replace("]", "")
    if place.count(":") < 2:
        host, _, port = place.partition(":")
        return host, port
    head, _, last = place.rpartition(":")
    if is_ipv6(head) and _is_port(last) and int(last) in PORT_OWNERS:
        draft.note("brackets")
        return head, last
    if is_ipv6(place):
        draft.note("brackets")
        return place, ""
    draft.note("port-twice")
    return place.partition(":")[0], last


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535


def _read_path(path: str, draft: Draft) -> None:
    if path.startswith("\\"):
        draft.note("look-alikes")
        path = "/" + path[1:]
    path, hash_sign, _fragment = path.partition("#")
    path, question, query = path.partition("?")
    if hash_sign or (question and query and not QUERY().fullmatch(query)):
        draft.note("fragment")
        draft.unescaped += [sign for sign in (hash_sign, question) if sign]
    draft.query = query
    if path:
        draft.path = path
        draft.vhost = decode(path[1:])
        if draft.scheme.startswith("amqp") and has_stray_percent(path[1:]):
            draft.note("raw-reserved")
            draft.unescaped.append("%")
        _find_placeholder("vhost", path[1:], draft)


def guess_scheme(draft: Draft) -> str:
    """The canonical scheme by the port's habitual owner, for a target without a scheme of ours; "" if none."""
    return SCHEME_BY_PORT.get(draft.port, "")
