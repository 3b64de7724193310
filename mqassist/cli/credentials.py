"""Where passwords come from on the command line: standard input, an environment variable, the URL. Never stored."""

from __future__ import annotations

import os
import sys

from mqassist.cli.arguments import CheckArguments
from mqassist.core.errors import UserError
from mqassist.core.record import record
from mqassist.core.secret import Credentials, Secret

MAX_PASSWORD_BYTES = 65_536


@record
class GivenSecrets:
    """What the options gave; a password in the URL is the target's own."""

    password: Secret | None = None
    key_password: Secret | None = None
    proxy_password: Secret | None = None

    def with_target(self, target: Credentials) -> Credentials:
        return Credentials(
            username=target.username,
            password=target.password,
            key_password=self.key_password,
            proxy_password=self.proxy_password,
        )


def given_secrets(options: CheckArguments, proxy_password: Secret | None) -> GivenSecrets:
    """Raises UserError for a variable that is not set and for an empty standard input."""
    if options.password_stdin and options.password_env:
        raise UserError("cli.two-passwords", "--password-stdin and --password-env exclude each other")
    password = _from_environment(options.password_env) if options.password_env else None
    if options.password_stdin:
        password = _from_stdin()
    key_password = _from_environment(options.key_password_env) if options.key_password_env else None
    for name in (options.password_env, options.key_password_env):
        if name is not None:
            os.environ.pop(name, None)  # ping and traceroute must not inherit it
    return GivenSecrets(password, key_password, proxy_password)


def _from_environment(name: str) -> Secret:
    value = os.environ.get(name)
    if value is None:
        raise UserError("cli.no-variable", f"the environment variable {name} is not set", name=name)
    return Secret(value)


def _from_stdin() -> Secret:
    """The first line without its end; asked for without echo on a terminal."""
    stream = sys.stdin
    if stream is None or stream.closed:
        raise UserError("cli.no-stdin", "nothing on standard input")
    if stream.isatty():
        import getpass

        try:
            return Secret(getpass.getpass("password: ", stream=sys.stderr))
        except EOFError as error:
            raise UserError("cli.no-stdin", "nothing on standard input") from error
    raw = stream.buffer.readline(MAX_PASSWORD_BYTES)
    if not raw:
        raise UserError("cli.no-stdin", "nothing on standard input")
    try:
        return Secret(raw.decode("utf-8-sig").removesuffix("\n").removesuffix("\r"))
    except UnicodeDecodeError as error:
        # `from None` and no text of it: the message would carry the bytes of the password
        del error
        raise UserError("cli.stdin-not-utf8", "standard input is not UTF-8") from None
