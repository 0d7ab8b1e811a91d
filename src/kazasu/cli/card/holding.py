"""``card pin | prove``: what a holder does with their card besides using it."""

import argparse
from typing import Final

from kazasu.card.client import AUTHENTICATION, NAMES, RESIDENT, SIGNING, SURFACE, Which
from kazasu.cli.card.card_selection import Verbs, add_card, add_verb, in_hand, secret
from kazasu.cli.options import settings_from
from kazasu.cli.output.speech import language, say
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.card_issuer import read_card_root
from kazasu.jpki.authorities.keyring import Keyring

PINS: Final[dict[str, Which]] = {
    "authentication": AUTHENTICATION,
    "signing": SIGNING,
    "surface": SURFACE,
    "resident": RESIDENT,
}


def configure(verbs: Verbs) -> None:
    changing = add_verb(verbs, "pin", Text("暗証番号を変える", "change a PIN"), _change)
    add_card(changing)
    changing.add_argument("--of", choices=tuple(PINS), required=True, help="どの / which")
    changing.add_argument("--new", help="新しい暗証番号（なければ尋ねます）/ asked for if missing")
    proving = add_verb(
        verbs, "prove", Text("本物のチップか確かめる", "is the chip the one that was issued?"), _prove
    )  # fmt: skip
    add_card(proving)


def _change(arguments: argparse.Namespace) -> int:
    which = PINS[arguments.of]
    name = NAMES[which]
    with in_hand(arguments) as card:
        old = secret(arguments.pin, name)
        new = secret(arguments.new, Text(f"新しい{name.ja}", f"new {name.en}"))
        card.change_pin(which, old, new, force=arguments.force)
    say(Text("{name}を変えました。", "Changed: {name}."), name=name.to(language()))
    return 0


def _prove(arguments: argparse.Namespace) -> int:
    """Against the issuers of the country and of the workbench; a card of any other is refused."""
    roots = [read_card_root(keyring) for keyring in _issuers(settings_from(arguments))]
    with in_hand(arguments) as card:
        card.prove_genuine(secret(arguments.pin, NAMES[SURFACE]), *roots, force=arguments.force)
    say(Text("本物です。発行者が署名した鍵を、このチップが持っています。", "Genuine: this chip has the key that its issuer signed."))  # fmt: skip
    return 0


def _issuers(settings: Settings) -> list[Keyring]:
    folders = (settings.directory_file.parent, settings.data / "workbench")
    return [Keyring(folder) for folder in folders if Keyring(folder).generations("card-ca")]
