"""Names of facts that code, not only data, has to know."""

SAID_NAMES = "said.names"
"""The causes that the words of a pasted text stand for."""
