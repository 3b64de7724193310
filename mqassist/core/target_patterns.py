"""The expressions by which a target is taken apart, compiled when they are first needed. None is quadratic."""

from __future__ import annotations

import re


class Pattern:
    """A regular expression that costs nothing before it is needed: a plain URL needs none of them."""

    __slots__ = ("__compiled", "__text")

    def __init__(self, text: str) -> None:
        self.__text = text
        self.__compiled: re.Pattern[str] | None = None

    def __call__(self) -> re.Pattern[str]:
        if self.__compiled is None:
            self.__compiled = re.compile(self.__text)
        return self.__compiled


PLACEHOLDER = Pattern(
    r"\$\{[^{}]{1,99}\}|\$\([A-Za-z_][\w.]*\)|\{\{[^{}]{1,99}\}\}"
    r"|%[A-Za-z_]\w+%(?![0-9A-Fa-f]{2})|<[A-Za-z][\w -]{0,99}>"
)
"""Shells and Compose ${NAME}, Make and Kubernetes $(NAME), templates {{ name }}, Windows %NAME%, documents <name>."""
WHOLE_VARIABLE = Pattern(r"\$[A-Za-z_]\w*")
LAME_SCHEME = Pattern(r"([A-Za-z][A-Za-z0-9+.\-]*)(?::/(?!/)|//|:\\\\|:\\|;//|:;//|\s+://|:\s+//)")
NEXT_URL = Pattern(r"(?<=[,;|\s])[A-Za-z][A-Za-z0-9+.\-]*://")
QUERY = Pattern(r"[\w.\-\[\]%]+=[^&]*(?:&[\w.\-\[\]%]+=[^&]*)*")
PLACE = Pattern(r"(?:\[[^\[\]]*\]|[^:\\\[\]]*)(?::\d*)?")
HOST_AND_PORT = Pattern(r"(\[[^\]]*\]|[^:/?#@]*):(\d+)(?=[/?#]|$)")
KUBERNETES_PORT = Pattern(r"([^/:@\[\]]*):(?:tcp|udp)://(?=[\w.\[])")
IPV4_AND_PORT = Pattern(r"\d+\.\d+\.\d+\.\d+:\d+(/|$)")
