"""The tiny language of `when`: facts, constants, comparisons, and, or, not. Three-valued (Kleene), read with `ast`.

A parsed condition is plain JSON data, so that it can be cached: ["fact", name] · ["const", value] ·
["cmp", operator, left, right] · ["and"|"or", [parts]] · ["not", part].
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, TypeAlias, cast

from mqassist.core.facts import Fact, Facts, FactSpec

Tree: TypeAlias = list[Any]
"""Checked by parse(); plain lists, because that is what the cache holds."""
Truth = bool | None
"""True, False, or None: not known, because a fact was not observed."""


def parse(text: str) -> Tree:
    """Raises ValueError, naming the part, for anything that is not in the language."""
    import ast

    try:
        body = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"not a condition: {text!r}: {error.msg}") from error
    return _Reader(text).read(body)


class _Reader:
    def __init__(self, text: str) -> None:
        import ast

        self.text = text
        self.operators: dict[type[ast.cmpop], str] = {
            ast.Eq: "==",
            ast.NotEq: "!=",
            ast.Lt: "<",
            ast.LtE: "<=",
            ast.Gt: ">",
            ast.GtE: ">=",
            ast.In: "in",
            ast.NotIn: "not in",
        }

    def read(self, node: object) -> Tree:
        import ast

        if isinstance(node, ast.BoolOp):
            name = "and" if isinstance(node.op, ast.And) else "or"
            return [name, [self.read(part) for part in node.values]]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ["not", self.read(node.operand)]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self.read(node.operand)
            if inner[0] == "const" and isinstance(inner[1], int | float):
                return ["const", -inner[1]]
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.Name) and node.id in ("true", "false"):
            return ["const", node.id == "true"]
        if isinstance(node, ast.Attribute | ast.Name):
            return ["fact", self._name(node)]
        if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
            return ["const", node.value]
        if isinstance(node, ast.Tuple) and all(isinstance(item, ast.Constant) for item in node.elts):
            return ["const", [cast(ast.Constant, item).value for item in node.elts]]
        raise ValueError(f"not allowed in a condition: {ast.unparse(cast(ast.AST, node))!r} in {self.text!r}")

    def _compare(self, node: object) -> Tree:
        import ast

        compare = cast(ast.Compare, node)
        parts: list[Tree] = []
        left = self.read(compare.left)
        for operator, right_node in zip(compare.ops, compare.comparators, strict=True):
            if type(operator) not in self.operators:
                raise ValueError(f"not allowed in a condition: {ast.unparse(compare)!r}")
            right = self.read(right_node)
            parts.append(["cmp", self.operators[type(operator)], left, right])
            left = right
        return parts[0] if len(parts) == 1 else ["and", parts]

    def _name(self, node: object) -> str:
        import ast

        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute):
            return f"{self._name(node.value)}.{node.attr}"
        raise ValueError(f"not a fact's name in {self.text!r}")


def evaluate(tree: Tree, facts: Facts) -> Truth:
    """Kleene logic: `false and unknown` is false, `true or unknown` is true, anything else with unknown is unknown."""
    kind = tree[0]
    if kind == "cmp":
        _, comparison, left, right = tree
        # a fact against a constant, as most are, is not worth a call
        one = facts.get(left[1]) if left[0] == "fact" else _value(left, facts)
        if one is None:
            return None
        return _compared(comparison, one, right[1] if right[0] == "const" else _value(right, facts))
    if kind == "and" or kind == "or":
        decided = kind == "or"
        unknown = False
        for part in tree[1]:
            truth = evaluate(part, facts)
            if truth is decided:
                return decided
            unknown = unknown or truth is None
        return None if unknown else not decided
    if kind == "not":
        truth = evaluate(tree[1], facts)
        return None if truth is None else not truth
    value = _value(tree, facts)
    return value if isinstance(value, bool) else None


def _value(tree: Tree, facts: Facts) -> Fact | None:
    kind = tree[0]
    if kind == "fact":
        return facts.get(tree[1])
    if kind == "const":
        value: Any = tree[1]
        return tuple(value) if isinstance(value, list) else value
    return evaluate(tree, facts)


def required_facts(tree: Tree, truth: bool = True) -> frozenset[str]:
    """Facts without which a condition can never be true (or, if so asked, false): a quick look spares most of them."""
    kind = tree[0]
    if kind == "fact":
        return frozenset({tree[1]})
    if kind == "const":
        return frozenset()
    if kind == "cmp":
        return required_facts(tree[2]) | required_facts(tree[3])
    if kind == "not":
        return required_facts(tree[1], not truth)
    parts = [required_facts(part, truth) for part in tree[1]]
    # one true part makes an `or` true, one false part an `and` false
    return frozenset.intersection(*parts) if (kind == "or") is truth else frozenset().union(*parts)


def _compared(comparison: str, left: Fact | None, right: Fact | list[str] | list[int] | None) -> Truth:
    """A list is a constant as the cache holds it."""
    if left is None or right is None:
        return None
    if comparison == "==" or comparison == "!=":
        same = left == (tuple(right) if isinstance(right, list) else right)
        return same if comparison == "==" else not same
    if comparison == "in" or comparison == "not in":
        if isinstance(right, str):
            found = isinstance(left, str) and left in right
        else:
            found = isinstance(right, tuple | list) and left in right
        return found if comparison == "in" else not found
    if not (isinstance(left, int | float) and isinstance(right, int | float)):
        return None
    return _ORDERS[comparison](left, right)


_ORDERS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def fact_names(tree: Tree) -> tuple[str, ...]:
    """Every fact the condition reads, in order, without doubles."""
    found: dict[str, None] = {}

    def visit(node: Tree) -> None:
        if node[0] == "fact":
            found[cast(str, node[1])] = None
        elif node[0] != "const":
            for part in node[1:]:
                if isinstance(part, list):
                    for inner in part if part and isinstance(part[0], list) else [part]:
                        visit(cast(Tree, inner))

    visit(tree)
    return tuple(found)


def deciding_facts(tree: Tree, facts: Facts) -> tuple[str, ...]:
    """The facts that made a true condition true: those of its true parts only."""
    kind = tree[0]
    if kind == "and":
        parts = cast(list[Tree], tree[1])
        return tuple(dict.fromkeys(name for part in parts for name in deciding_facts(part, facts)))
    if kind == "or":
        for part in cast(list[Tree], tree[1]):
            if evaluate(part, facts) is True:
                return deciding_facts(part, facts)
        return ()
    return tuple(name for name in fact_names(tree) if name in facts)


def complaints(tree: Tree, specs: dict[str, FactSpec]) -> list[str]:
    """What is wrong with a condition, given all facts that exist: unknown names, values no fact can have."""
    wrong = [f"no probe or phrase gives the fact {name}" for name in fact_names(tree) if name not in specs]

    def visit(node: Tree) -> None:
        if node[0] == "cmp":
            sides = (cast(Tree, node[2]), cast(Tree, node[3]))
            for one, other in (sides, sides[::-1]):
                if one[0] == "fact" and other[0] == "const":
                    wrong.extend(_impossible(cast(str, node[1]), cast(str, one[1]), other[1], specs))
        elif node[0] in ("and", "or"):
            for part in cast(list[Tree], node[1]):
                visit(part)
        elif node[0] == "not":
            visit(cast(Tree, node[1]))

    visit(tree)
    return wrong


def _impossible(operator: str, name: str, value: object, specs: dict[str, FactSpec]) -> list[str]:
    spec = specs.get(name)
    if spec is None or spec.kind == "list":
        return []
    values = value if isinstance(value, list) else [value]
    if spec.kind == "text" and operator in ("in", "not in"):
        return []
    return [
        f"{name} is never {item!r}" for item in values if not spec.fits(cast(Fact, item)) and not isinstance(item, list)
    ]
