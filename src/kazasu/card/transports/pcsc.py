"""A real card on a PC/SC reader, through pyscard (``pip install kazasu[reader]``)."""

from typing import Any

from kazasu.card.faults import ELSEWHERE, NO_CARD, TORN
from kazasu.foundation.faults import Refusal, define

NO_READER = define("card.no-reader", 503,
    "カードリーダーが見つかりません", "No card reader was found",
    "リーダーをつなぎ、pcscd と pyscard（requirements/reader.txt）があることを確かめてください", "Connect a reader; pcscd and pyscard (requirements/reader.txt) must be installed", who="operator")  # fmt: skip


class PcscReader:
    """The first reader with a card on it, for ourselves alone while it is open."""

    def __init__(self, name: str = "") -> None:
        """
        Args:
            name: part of a reader's name; empty: any.

        Raises Refusal ``card.no-reader``, ``card.no-card``, ``card.elsewhere``.
        """
        try:
            from smartcard.Exceptions import (  # noqa: PLC0415 - an optional part
                CardConnectionException,
                NoCardException,
            )
            from smartcard.scard import SCARD_E_SHARING_VIOLATION, SCARD_SHARE_EXCLUSIVE  # noqa: PLC0415
        except ImportError:
            raise Refusal(NO_READER) from None
        self._broken: type[Exception] = CardConnectionException
        busy = False
        for reader in _listed():
            if name.lower() not in str(reader).lower():
                continue
            connection = reader.createConnection()
            try:
                connection.connect(mode=SCARD_SHARE_EXCLUSIVE)
            except NoCardException:
                continue
            except CardConnectionException as error:
                busy = busy or error.hresult == SCARD_E_SHARING_VIOLATION
                continue
            self._connection = connection
            return
        raise Refusal(ELSEWHERE if busy else NO_CARD)

    def transmit(self, command: bytes) -> bytes:
        try:
            data, sw1, sw2 = self._connection.transmit(list(command))
        except self._broken:
            raise Refusal(TORN) from None
        return bytes([*data, sw1, sw2])

    def close(self) -> None:
        self._connection.disconnect()


def readers_seen() -> list[str]:
    """Names of the readers. Raises Refusal ``card.no-reader``."""
    return [str(reader) for reader in _listed()]


def _listed() -> list[Any]:
    try:
        from smartcard.System import readers  # noqa: PLC0415 - an optional part

        found = list(readers())
    except Exception as error:
        # pyscard raises different types when the daemon is missing, by platform.
        raise Refusal(NO_READER) from error
    if not found:
        raise Refusal(NO_READER)
    return found
