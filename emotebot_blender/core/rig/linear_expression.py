# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions of drivers as straight lines: how much a variable has to change for a value."""

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_LIMITING = ("min", "max", "clamp")
"""Functions that cut a line off at numbers, or leave it as it is."""


class StraightLine(NamedTuple):
    """A value that grows evenly with a variable: ``slope * variable + offset``."""

    slope: float
    offset: float

    def after(self, other: "StraightLine") -> "StraightLine":
        """Return this line of what the other one gives."""
        return StraightLine(self.slope * other.slope, self.slope * other.offset + self.offset)


@lru_cache(maxsize=1024)
def line_of(expression: str, variable: str) -> StraightLine | None:
    """Return an expression in one variable as a straight line.

    What ``min``, ``max`` and ``clamp`` cut off at numbers counts as far as it goes on.

    Args:
        expression: of a driver, in Blender's Python.
        variable: its only variable.

    Returns:
        The line; None where it is none, or flat, or names anything else.
    """
    try:
        line = _line(ast.parse(expression.strip(), mode="eval").body, variable)
    except (SyntaxError, ValueError, RecursionError, ZeroDivisionError, OverflowError):
        return None
    return line if line is not None and line.slope else None


def _line(node: ast.expr, variable: str) -> StraightLine | None:
    if isinstance(node, ast.Name):
        return StraightLine(1.0, 0.0) if node.id == variable else None
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return StraightLine(0.0, float(value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        line = _line(node.operand, variable)
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        return line and StraightLine(sign * line.slope, sign * line.offset)
    if isinstance(node, ast.Call):
        return _limited(node, variable)
    if isinstance(node, ast.BinOp):
        left, right = _line(node.left, variable), _line(node.right, variable)
        combine = _OPERATIONS.get(type(node.op))
        return combine(left, right) if combine and left and right else None
    return None


def _limited(call: ast.Call, variable: str) -> StraightLine | None:
    """Return the one argument that is no number of a function that limits it."""
    if not isinstance(call.func, ast.Name) or call.func.id not in _LIMITING or call.keywords:
        return None
    lines = [_line(argument, variable) for argument in call.args]
    growing = [line for line in lines if line is None or line.slope]
    return growing[0] if len(growing) == 1 else None


def _product(left: StraightLine, right: StraightLine) -> StraightLine | None:
    if left.slope and right.slope:
        return None
    factor, line = (left.offset, right) if not left.slope else (right.offset, left)
    return StraightLine(factor * line.slope, factor * line.offset)


def _quotient(left: StraightLine, right: StraightLine) -> StraightLine | None:
    if right.slope:
        return None
    return StraightLine(left.slope / right.offset, left.offset / right.offset)


def _sum(left: StraightLine, right: StraightLine) -> StraightLine:
    return StraightLine(left.slope + right.slope, left.offset + right.offset)


def _difference(left: StraightLine, right: StraightLine) -> StraightLine:
    return StraightLine(left.slope - right.slope, left.offset - right.offset)


_Combine = Callable[[StraightLine, StraightLine], StraightLine | None]

_OPERATIONS: dict[type[ast.operator], _Combine] = {
    ast.Add: _sum,
    ast.Sub: _difference,
    ast.Mult: _product,
    ast.Div: _quotient,
}
