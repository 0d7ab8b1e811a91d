"""Faces of people who do not exist: a flat drawing for a card of the sandbox, made from a seed.

Nobody's photograph and nobody's likeness: every line is drawn here, by choices that a hash makes. Pure: no clock, no file.
"""

from kazasu.card.portrait.clothes import clothes
from kazasu.card.portrait.faces import face, neck
from kazasu.card.portrait.hair import back_hair, front_hair
from kazasu.card.portrait.looks import Look, look

__all__ = ["Look", "look", "portrait"]


def portrait(seed: str, age: int, sex: str) -> str:
    """A head and shoulders as SVG, 96 × 120 units, at most 2.5 kB; the same for the same arguments on every machine.

    It has presentation attributes only, no ids, and is hidden from screen readers: the person's name stands beside it.

    Args:
        seed: whose face, such as the card's id. It is not in the drawing.
        age: completed years; less than none (a country whose clock was set back) is a newborn.
        sex: as a card writes it, ``1`` or ``2``, or as the register does, 男 or 女; any other leaves all styles open.
    """
    one = look(seed, age, sex)
    head = f'<g transform="translate(48 {one.build.head}) scale({one.build.scale})">'
    hangs = back_hair(one)
    behind = f"{head}{hangs}</g>" if hangs else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="portrait" viewBox="0 0 96 120" aria-hidden="true" focusable="false" stroke-linecap="round" stroke-linejoin="round">'
        f'<path fill="{one.background}" d="M0 0h96v120H0z"/>'
        f"{behind}{neck(one)}{clothes(one)}{head}{face(one)}{front_hair(one)}</g></svg>"
    )
