"""A profile as something to paste: URL, command, and the connect lines of common clients. A password is never in it
unless it was given; the lines read it from the environment."""

from __future__ import annotations

from shlex import quote

from mqassist.core.profile import Profile, with_password
from mqassist.core.secret import MASK, Secret
from mqassist.core.snippet import Snippet
from mqassist.core.tuning import ClientTuning
from mqassist.profiles.asked import Asked


def as_url(profile: Profile, password: Secret | None = None, *, masked: bool = False) -> str:
    if password is not None:
        return with_password(profile.url, password)
    endpoint = profile.endpoint
    if masked and endpoint is not None and endpoint.username is not None:
        return with_password(profile.url, Secret("")).replace(":@", f":{MASK}@", 1)
    return profile.url


def as_command(profile: Profile) -> str:
    """`mqassist check …` that does the same elsewhere, where the profile is not known. No secret in it."""
    settings = profile.settings
    words = ["mqassist", "check", *profile.urls()]
    endpoint = profile.endpoint
    if endpoint is not None and endpoint.username is not None:
        words.append("--password-stdin")
    tls = settings.tls
    given: list[tuple[str, object]] = [
        ("--ca", tls.ca), ("--cert", tls.cert), ("--key", tls.key), ("--server-name", tls.server_name),
        ("--client-id", settings.client_id),
        ("--mqtt-version", settings.mqtt_version if settings.mqtt_version != "3.1.1" else None),
        ("--queue", settings.queue), ("--queue-arguments", settings.queue_arguments),
        ("--exchange", settings.exchange), ("--routing-key", settings.routing_key),
        ("--will-topic", settings.will_topic), ("--message-size", settings.message_size or None),
        ("--topic", settings.topic), ("--qos", settings.qos if settings.qos != 1 else None),
        ("--heartbeat", settings.heartbeat), ("--proxy", settings.proxy), ("--management", settings.management),
        ("--timeout", f"{settings.timeout:g}" if settings.timeout != 5.0 else None),
        ("--login-tries", settings.max_login_tries if settings.max_login_tries != 3 else None),
    ]  # fmt: skip
    for flag, value in given:
        if value is not None:
            words += [flag, str(value)]
    for log in settings.logs:
        words += ["--log", log]
    words += [flag for flag, is_on in (("--no-verify", not tls.verify), ("--read-only", settings.read_only)) if is_on]
    return " ".join(quote(word) for word in words)


def snippets(profile: Profile, tuning: ClientTuning | None = None) -> tuple[Snippet, ...]:
    """Those that fit the profile's protocol; with a `tuning` they hold its values, and try again when it is lost."""
    endpoint = profile.endpoint
    if endpoint is None:
        return ()
    from mqassist.profiles.clients import LINES

    asked = Asked(profile, endpoint, tuning or ClientTuning())
    return tuple(Snippet(id_, title, language, make(asked)) for id_, title, language, make in LINES[endpoint.protocol])
