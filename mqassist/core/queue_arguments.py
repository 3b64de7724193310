"""What a client declares a queue with, as a person writes it: `durable,x-message-ttl=60000,x-queue-type=quorum`."""

from __future__ import annotations

from mqassist.core.record import fresh, record

FLAGS = ("durable", "exclusive", "auto-delete")


@record
class QueueArguments:
    """`arguments` are those of the table, with numbers and truth values as such."""

    durable: bool = False
    exclusive: bool = False
    auto_delete: bool = False
    arguments: dict[str, str | int | bool] = fresh(default_factory=dict)


def read_queue_arguments(text: str) -> QueueArguments:
    """Raises ValueError with the word that is neither one of FLAGS nor `name=value`."""
    flags = dict.fromkeys(FLAGS, False)
    arguments: dict[str, str | int | bool] = {}
    for word in (part.strip() for part in text.split(",")):
        name, equals, value = (part.strip() for part in word.partition("="))
        flag = name.lower().replace("_", "-")
        if flag in flags and (not equals or value.lower() in ("true", "false")):
            flags[flag] = value.lower() != "false"
        elif equals and name and len(name.encode("utf-8", "replace")) <= 255:
            arguments[name] = _value(value)
        elif word:
            raise ValueError(word)
    return QueueArguments(flags["durable"], flags["exclusive"], flags["auto-delete"], arguments)


def _value(text: str) -> str | int | bool:
    """As clients send it: a number as a number, true and false as such; in quotes a text in any case."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text
