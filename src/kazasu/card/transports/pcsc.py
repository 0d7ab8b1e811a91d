"""A real card on a PC/SC reader, through pyscard (``pip install kazasu[reader]``)."""

from typing import Any

from kazasu.card.faults import NO_CARD, TORN
from kazasu.foundation.faults import Refusal, define
from kazasu.foundation.text import Text

NO_READER = define(
    "card.no-reader",
    503,
    Text("カードリーダーが見つかりません", "No card reader was found"),
    Text(
        "リーダーをつなぎ、pcscd と pyscard（requirements/reader.txt）があることを確かめてください",
        "Connect a reader; pcscd and pyscard (requirements/reader.txt) must be installed",
    ),
    who="operator",
)


class PcscReader:
    """The first reader with a card on it, for ourselves alone while it is open."""

    def __init__(self) -> None:
        """Raises Refusal ``card.no-reader``, ``card.no-card``."""
        try:
            from smartcard.Exceptions import (  # noqa: PLC0415 - an optional part
                CardConnectionException,
                NoCardException,
            )
            from smartcard.scard import SCARD_SHARE_EXCLUSIVE  # noqa: PLC0415
            from smartcard.System import readers  # noqa: PLC0415
        except ImportError:
            raise Refusal(NO_READER) from None
        self._broken: type[Exception] = CardConnectionException
        found = _listed(readers)
        for reader in found:
            connection = reader.createConnection()
            try:
                connection.connect(mode=SCARD_SHARE_EXCLUSIVE)
            except (NoCardException, CardConnectionException):
                continue
            self._connection = connection
            return
        raise Refusal(NO_CARD)

    def transmit(self, command: bytes) -> bytes:
        try:
            data, sw1, sw2 = self._connection.transmit(list(command))
        except self._broken:
            raise Refusal(TORN) from None
        return bytes([*data, sw1, sw2])

    def close(self) -> None:
        self._connection.disconnect()


def _listed(readers: Any) -> list[Any]:
    try:
        found = list(readers())
    except Exception as error:
        # pyscard raises different types when the daemon is missing, by platform.
        raise Refusal(NO_READER) from error
    if not found:
        raise Refusal(NO_READER)
    return found
