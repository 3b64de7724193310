"""A handshake for its verdict alone: what would the certificate be worth under other conditions?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mqassist.net.failure import WireError
from mqassist.probes import _tls
from mqassist.probes._stream import open_plain
from mqassist.probes.probe import ProbeContext

if TYPE_CHECKING:
    from mqassist.net.tls_context import BuiltContext


def try_handshake(context: ProbeContext, built: BuiltContext) -> tuple[str, int, tuple[bytes, ...]]:
    """How the certificate fared ("ok", a verdict, "" if it never came to that), OpenSSL's code, the chain sent."""
    try:
        connection = open_plain(context)
    except WireError:
        return "", 0, ()
    try:
        connection.start_tls(
            built.context, context.text("tls.server_name", context.endpoint.host), context.settings.timeout
        )
        tls = connection.tls
        return "ok", 0, tls.sent_chain() if tls is not None else ()
    except WireError as failure:
        chain = failure.tls.sent_chain() if failure.tls is not None else ()
        code = failure.verify_code
        return _tls.VERIFY_BY_CODE.get(code, "other") if code else "", code, chain
    finally:
        connection.close()
