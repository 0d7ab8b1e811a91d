"""Forms in which a card's signature is delivered."""

from typing import Final, Literal, get_args

Form = Literal["raw", "cms", "pdf", "xml"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)
_EXTENSION: Final = {"raw": ".sig", "cms": ".p7s", "pdf": ".signed.pdf", "xml": ".signed.xml"}


def extension(form: Form) -> str:
    """What is put behind the name of a file that was signed."""
    return _EXTENSION[form]
