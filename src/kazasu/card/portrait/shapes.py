"""The three strokes that a portrait is drawn with."""


def area(fill: str, d: str) -> str:
    """A filled outline."""
    return f'<path fill="{fill}" d="{d}"/>'


def line(colour: str, width: float, d: str) -> str:
    """A stroke; the drawing's root says that its ends are round."""
    return f'<path fill="none" stroke="{colour}" stroke-width="{width:g}" d="{d}"/>'


def dot(fill: str, x: float, y: float, r: float, tall: float = 1) -> str:
    """A disc; ``tall``: how many times its width it is high."""
    return f'<ellipse fill="{fill}" cx="{x:g}" cy="{y:g}" rx="{r:g}" ry="{round(r * tall, 1):g}"/>'


def dots(colour: str, r: float, *places: tuple[float, float]) -> str:
    """Discs of one size: strokes of no length, whose round ends meet. A third of the bytes of so many circles."""
    return line(colour, 2 * r, "".join(f"M{x:g} {y:g}h0" for x, y in places))


def mirrored(drawn: str) -> str:
    """The left half, and the same as the right one."""
    return f'{drawn}<g transform="scale(-1 1)">{drawn}</g>'
