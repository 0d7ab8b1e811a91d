"""Numbers with check digits as types: what is not valid cannot be constructed.

Sources: 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令 (individual number),
住民基本台帳法施行規則 (resident record code), 総務省 全国地方公共団体コード; fact sheet card §1
"Check digits".
"""

from typing import Any, Final, NoReturn, Self

from pydantic import GetCoreSchemaHandler, SerializationInfo
from pydantic_core import CoreSchema, core_schema

from kazasu.foundation.faults import Refusal, define

BAD_NUMBER = define("number.check-digit", 422,
    "番号が正しくありません（{kind}）", "The number is not valid ({kind})",
    "番号を見直して、もう一度入力してください", "Check the number and enter it again", source="card §1 Check digits")  # fmt: skip

SEALED: Final = {"sealed": True}
"""Serialisation context in which an individual number may be written: inside a sealed letter."""


def _weighted_check_digit(digits: str) -> int:
    """Modulo-11 digit of 個人番号 and 住民票コード: weights 2–7 from the right, repeating."""
    total = sum(int(d) * (n % 6 + 2) for n, d in enumerate(reversed(digits)))
    remainder = total % 11
    return 0 if remainder <= 1 else 11 - remainder


class _CheckedNumber(str):
    """A digit string that is valid by construction."""

    length: int
    kind: str
    from_database = True
    __slots__ = ()

    def __new__(cls, digits: str) -> Self:
        if (
            len(digits) != cls.length
            or not (digits.isascii() and digits.isdecimal())
            or int(digits[-1]) != cls.check_digit(digits[:-1])
        ):
            raise Refusal(BAD_NUMBER, kind=cls.kind)
        return super().__new__(cls, digits)

    @classmethod
    def check_digit(cls, body: str) -> int:
        return _weighted_check_digit(body)

    @classmethod
    def from_body(cls, body: str) -> Self:
        """The number whose digits before the check digit are ``body``."""
        return cls(f"{body}{cls.check_digit(body)}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            _raising_value_error(cls), core_schema.str_schema(max_length=cls.length)
        )


class ResidentRecordCode(_CheckedNumber):
    """住民票コード: 10 digits and a check digit. Known to cities and J-LIS only."""

    length, kind = 11, "住民票コード resident record code"
    __slots__ = ()


class MunicipalityCode(_CheckedNumber):
    """全国地方公共団体コード: 5 digits and a check digit (weights 6,5,4,3,2)."""

    length, kind = 6, "団体コード municipality code"
    __slots__ = ()

    @classmethod
    def check_digit(cls, body: str) -> int:
        total = sum(int(d) * w for d, w in zip(body, (6, 5, 4, 3, 2), strict=True))
        return 11 - total if total < 11 else (11 - total % 11) % 10

    @property
    def prefecture(self) -> str:
        return self[:2]


class IndividualNumber:
    """個人番号. Refuses ``str()``, formatting, logging, pickling and JSON (design §3.1).

    Only :meth:`reveal` gives the digits, and only for a named lawful duty; only a sealed letter
    (context :data:`SEALED`) may carry it.
    """

    __slots__ = ("_digits",)
    from_database = True

    class _Digits(_CheckedNumber):
        length, kind = 12, "個人番号 individual number"
        __slots__ = ()

    def __init__(self, digits: str) -> None:
        self._digits = self._Digits(digits)

    @classmethod
    def from_body(cls, body: str) -> Self:
        return cls(cls._Digits.from_body(body))

    def reveal(self, *, duty: str) -> str:
        """The twelve digits, for a duty that the law gives (番号法 9条): the caller names it.

        What is done with them is audited with the use case, as everything personal is.
        """
        if not duty:
            raise ValueError("an individual number is revealed for a named duty only")
        return str.__str__(self._digits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IndividualNumber) and self._digits == other._digits

    def __hash__(self) -> int:
        return hash(("individual number", self._digits))

    def __repr__(self) -> str:
        return "IndividualNumber(…)"

    def _refuse(self, *_: object) -> NoReturn:
        raise TypeError("an individual number is never turned into text; see reveal()")

    __str__ = _refuse
    __format__ = _refuse
    __reduce__ = _refuse

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def serialise(value: "IndividualNumber", info: SerializationInfo) -> str:
            if not (info.context and info.context.get("sealed")):
                raise TypeError("an individual number travels in sealed letters only")
            return value.reveal(duty="sealed letter")

        from_digits = core_schema.no_info_after_validator_function(
            _raising_value_error(cls), core_schema.str_schema(max_length=cls._Digits.length)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_digits,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), from_digits]
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                serialise, info_arg=True
            ),
        )


def _raising_value_error(cls: Any) -> Any:
    """Pydantic collects ``ValueError`` only; the digits stay out of the message."""

    def build(digits: str) -> Any:
        try:
            return cls(digits)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    return build
