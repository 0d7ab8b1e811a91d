"""``pki renew-card``: another card for the same holder, in the place of one that ends. Sandbox: where the cards lie in a tray."""

import argparse
import re
import secrets
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from kazasu.card import tlv
from kazasu.card.chip.image import CardBox, CardImage
from kazasu.card.making import Certificates, blank, personalise
from kazasu.card.profiles import profile
from kazasu.card.transports.tray import CARDS, Shown, read_tray, write_tray
from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import NO_COUNTRY, NO_SUCH_CARD
from kazasu.cli.output.speech import say
from kazasu.cli.pki.opening import certification
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.issuing.model import Order
from kazasu.jpki.issuing.service import Issued

_AGAIN: Final = re.compile(r"-r(\d+)\Z")
_NUMBER: Final = 0xFF10
"""TLV of the individual number in file 01 of the text application."""


def configure(verbs: Verbs) -> None:
    renewing = add_verb(
        verbs, "renew-card",
        Text("期限の近いカード、切れたカードの代わりをつくる", "make another card in the place of one that ends or has ended"),
        _renew_card,
    )  # fmt: skip
    renewing.add_argument("card", help="カード置き場のカードの名前 / name of a card in the tray")


def _renew_card(arguments: argparse.Namespace) -> int:
    """The certificates first, then the card, then its place in the tray: cut anywhere, it is done once more and nothing is left over."""
    settings = settings_from(arguments)
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    folder = settings.directory_file.parent
    box = CardBox(folder / CARDS)
    if arguments.card not in box:
        raise Refusal(NO_SUCH_CARD, given=arguments.card)
    before = box.load(arguments.card)
    name = next_name(before.card_id)
    made = blank(name, f"7{secrets.randbelow(10**14):014}", profile(before.profile), signing=before.signs)  # fmt: skip
    with ExitStack() as stack:
        renewal = certification(settings, stack).renewal
        order, issued = renewal.another_card(before.serial, made)
    authorities = read_authorities(folder, settings.pki_passphrase())
    card = personalise(
        made,
        attributes=order.attributes,
        individual_number=_number(before),
        municipality_code=order.municipality_code,
        expires_on=order.card_expires_on,
        security_code=f"{secrets.randbelow(10_000):04}",
        certificates=_certificates(issued, authorities),
        issuer=authorities.card_issuer,
    )
    box.save(card)
    _lay_down(folder, before.card_id, name, order)
    say(
        Text(
            "{card} の代わりに {new} をつくりました。{new} を使うまでは、{card} も使えます。使うと、{card} は失効します。職員の登録はそのままです。",
            "{new} was made in the place of {card}. Until {new} is used, {card} works; then {card} ends. A post at a desk stays as it is.",
        ),
        card=before.card_id,
        new=name,
    )
    return 0


def next_name(card_id: str) -> str:
    """``staff-1`` → ``staff-1-r2`` → ``staff-1-r3``; done once more it is the same name."""
    found = _AGAIN.search(card_id)
    return f"{_AGAIN.sub('', card_id)}-r{int(found.group(1)) + 1 if found else 2}"


def _number(card: CardImage) -> IndividualNumber:
    """The holder's own, from their own card to their own card (番号法 17条)."""
    content = card.applications["text"].files["01"].data
    return IndividualNumber(tlv.value_of(content, _NUMBER).decode("ascii"))


def _certificates(issued: Issued, authorities: Authorities) -> Certificates:
    return Certificates(
        authentication=issued.authentication or b"",
        signing=issued.signing,
        authentication_ca=authorities.der("authentication"),
        signing_ca=authorities.der("signing"),
    )


def _lay_down(folder: Path, before: str, name: str, order: Order) -> None:
    """Beside the one before, which still works."""
    tray = [one for one in read_tray(folder) if one.card_id != name]
    for at, one in enumerate(tray):
        if one.card_id == before:
            tray.insert(at + 1, _shown(one, name, order))
            write_tray(folder, tray)
            return


def _shown(one: Shown, name: str, order: Order) -> Shown:
    return replace(
        one, card_id=name, expires_on=order.card_expires_on.isoformat(),
        story_ja=f"{one.story_ja}（新しいカード）", story_en=f"{one.story_en} (new card)",
    )  # fmt: skip
