"""JSON and YAML of strangers as plain values, bounded in depth and expansion; YAML with its lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mqassist.core.errors import UserError
from mqassist.core.record import record

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 60
MAX_YAML = 2_000_000
"""Characters: PyYAML without its C part reads some 100,000 a second."""
MAX_VALUES = 50_000
"""Aliases count each time they are used: nine lines of YAML can mean thousands of millions of values."""


def json_of(text: str) -> Any:
    """Raises UserError ("import-json") that names the line."""
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise UserError("import-json", f"no JSON in line {error.lineno}", line=error.lineno) from None
    except (RecursionError, ValueError):
        raise UserError("import-too-deep", "nested too deeply") from None


@record
class Scalar:
    """`path` from the outermost key to this value, list places as digits; `line` from 1."""

    path: tuple[str, ...]
    value: str
    line: int


def yaml_scalars(text: str) -> list[list[Scalar]]:
    """Each document's values with their places, as text. Nothing is constructed, no tag is obeyed. Raises UserError."""
    if len(text) > MAX_YAML:
        raise UserError("import-too-large", "too large", limit=MAX_YAML)
    try:
        import yaml
    except ImportError:
        raise UserError("import-no-yaml", "PyYAML is missing") from None
    documents: list[list[Scalar]] = []
    try:
        nodes = yaml.compose_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        documents.extend([] if node is None else list(_walk(node)) for node in nodes)
    except yaml.MarkedYAMLError as error:
        line = 0 if error.problem_mark is None else error.problem_mark.line + 1
        raise UserError("import-yaml", f"no YAML in line {line}", line=line) from None
    except yaml.YAMLError:
        raise UserError("import-yaml", "no YAML", line=0) from None
    except RecursionError:
        raise UserError("import-too-deep", "nested too deeply") from None
    return documents


def _walk(root: yaml.Node) -> Iterator[Scalar]:
    import yaml

    waiting: list[tuple[yaml.Node, tuple[str, ...]]] = [(root, ())]
    count = 0
    while waiting:
        node, path = waiting.pop()
        count += 1
        if len(path) > MAX_DEPTH or count > MAX_VALUES:
            raise UserError("import-too-deep", "nested too deeply")
        if isinstance(node, yaml.ScalarNode):
            yield Scalar(path, _value(node), node.start_mark.line + 1)
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(each, (*path, str(at))) for at, each in reversed(list(enumerate(node.value)))]
        elif isinstance(node, yaml.MappingNode):
            for key, each in reversed(node.value):
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
                # `<<: *defaults` means the same keys one level up; what stands beside it comes later and wins
                waiting.append((each, path if name == "<<" else (*path, name)))


def _value(node: yaml.ScalarNode) -> str:
    """An empty value and ~ are nothing."""
    return "" if node.tag.endswith(":null") else str(node.value)
