"""``card list | make | trust | read | sign``."""

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kazasu.card.chip.image import CardImage
from kazasu.card.client import NAMES, SIGNING, SURFACE
from kazasu.card.forms import FORMS, extension
from kazasu.card.profiles import profiles
from kazasu.cli.card.card_selection import (
    Verbs,
    add_card,
    add_verb,
    boxes,
    clock_of,
    in_hand,
    secret,
    workbench,
)
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_HOLDER, CARD_EXISTS, NO_FILE
from kazasu.cli.output.speech import cause, language, put, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import today
from kazasu.foundation.values.typed.written import composed, placed, unwritable
from kazasu.foundation.values.visible import unseen_letter

SEXES: Final = {"male": "1", "female": "2", "unstated": "9"}
MOST_OF_A_NAME: Final = 40
MOST_OF_AN_ADDRESS: Final = 80
FIRST_BORN: Final = date(1900, 1, 1)
WHAT = ("public", "attributes", "certificate", "signing-certificate", "ca", "signing-ca",
        "number", "photo")  # fmt: skip


def configure(verbs: Verbs) -> None:
    listing = add_verb(verbs, "list", Text("カードの一覧", "which cards there are"), _list)
    listing.add_argument("--kinds", action="store_true", help="つくれる種類 / kinds one can make")
    making = add_verb(
        verbs, "make", Text("カードをつくる", "make a card, without a country"), _make
    )
    making.add_argument("card", help="名前 / its name: a-z, 0-9, -")
    making.add_argument("--kind", default="plastic", help="種類 / kind (card list --kinds)")
    making.add_argument("--name", help="氏名 / the holder's name")
    making.add_argument("--address", help="住所 / the holder's address")
    making.add_argument(
        "--birth", metavar="YYYY-MM-DD",
        help="生年月日（15歳未満は署名用なし） / date of birth; under fifteen without a signing certificate",
    )  # fmt: skip
    making.add_argument("--sex", choices=tuple(SEXES), help="性別 / the holder's sex")
    trust = add_verb(
        verbs, "trust", Text("検証に使う認証局の証明書", "authorities' certificates, for verifiers"), _trust
    )  # fmt: skip
    trust.add_argument(
        "--out", type=Path, metavar="FILE", help="書き出す先（PEM） / where to (PEM)"
    )
    trust.add_argument(
        "--lists", type=Path, metavar="FILE",
        help="card make のカードの失効リストも書く（PEM、1日有効） / also write lists of what is revoked of the cards of card make (PEM, good for a day)",
    )  # fmt: skip
    reading = add_verb(verbs, "read", Text("カードを読む", "read a card"), _read)
    add_card(reading)
    reading.add_argument("--what", choices=WHAT, default="public", help="何を / what")
    reading.add_argument(
        "--duty", default="", metavar="PROVISION",
        help="番号を読む法律の根拠 / the provision that makes it a duty to know the number",
    )  # fmt: skip
    reading.add_argument("--out", type=Path, metavar="FILE", help="書き出す / write to")
    signing = add_verb(verbs, "sign", Text("文書に署名する", "sign a document"), _sign)
    add_card(signing)
    signing.add_argument("--file", type=Path, required=True, metavar="FILE", help="文書 / document")
    signing.add_argument("--as", dest="form", choices=FORMS, default="cms", help="形式 / form")
    signing.add_argument("--out", type=Path, metavar="FILE", help="書き出す先 / where to")


def _list(arguments: argparse.Namespace) -> int:
    own = language()
    if arguments.kinds:
        for key, kind in profiles().items():
            put(f"{key:<18} {kind.algorithm:<10} {kind.name.to(own)}")
        return 0
    found = 0
    for place, box in boxes(settings_from(arguments)).items():
        for card_id in box:
            kind = profiles()[box.load(card_id).profile]
            put(f"{card_id:<22} {place:<10} {kind.name.to(own)}")
            found += 1
    if not found:
        say(
            Text(
                "カードはまだありません。./kazasu card make NAME でつくれます。",
                "There are no cards yet. Make one: ./kazasu card make NAME",
            )
        )
    return 0


def _make(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    if any(arguments.card in box for box in boxes(settings).values()):
        raise Refusal(CARD_EXISTS, given=arguments.card)
    chosen = _chosen(arguments, today(clock_of(settings)))
    image = workbench(settings).make(arguments.card, arguments.kind, chosen=chosen)
    say(
        Text(
            "カード {card} ができました（{kind}）。{secrets}。",
            "Card {card} is made ({kind}). {secrets}.",
        ),
        card=image.card_id,
        kind=profiles()[image.profile].name.to(language()),
        secrets=Text("、", ", ").to(language()).join(one.to(language()) for one in _usable(image)),
    )
    return 0


def _chosen(arguments: argparse.Namespace, day: date) -> dict[str, object]:
    """What was said of the holder. Raises Refusal ``cli.bad-holder``."""
    chosen: dict[str, object] = {}
    for name, most in (("name", MOST_OF_A_NAME), ("address", MOST_OF_AN_ADDRESS)):
        if (given := getattr(arguments, name)) is not None:
            chosen[name] = _carried(f"--{name}", given, most)
    if arguments.sex:
        chosen["sex"] = SEXES[arguments.sex]
    if arguments.birth is not None:
        chosen["birth_date"] = _born(arguments.birth, day)
    return chosen


def _carried(option: str, given: str, most: int) -> str:
    """As a card can carry it, composed as at any field."""
    text = (placed if option == "--address" else composed)(given).strip()
    if not text or len(text) > most:
        raise _bad(option, given, f"1文字から{most}文字まで", f"1 to {most} characters")
    if unseen_letter(text):
        raise _bad(option, given[:most], "見えない文字", "an invisible character")
    if letter := unwritable(text):
        raise _bad(option, given, f"カードに書けない文字 {letter}", f"{letter} is not on any card")
    return text


def _born(given: str, day: date) -> date:
    try:
        born = date.fromisoformat(given)
    except ValueError:
        raise _bad("--birth", given, "日付ではありません", "not a date") from None
    if not FIRST_BORN <= born <= day:
        raise _bad(
            "--birth", given, f"{FIRST_BORN.year}年から今日まで", f"from {FIRST_BORN.year} to today"
        )
    return born


def _bad(option: str, given: str, ja: str, en: str) -> Refusal:
    return Refusal(BAD_HOLDER, option=option, given=given, why_ja=ja, why_en=en)


def _usable(image: CardImage) -> list[Text]:
    """What can be typed for this card: a secret that is blocked, or is for a certificate that is not there, is told as that."""
    pins = image.applications["jpki"].pins
    pin, password = pins["18"], pins["1B"]
    told = [
        Text(f"暗証番号 {pin.value}", f"PIN {pin.value}")
        if pin.left
        else Text("暗証番号はロックされています", "the PIN is blocked")
    ]
    if not image.signs:
        told.append(Text("署名用電子証明書はありません", "there is no signing certificate"))
    elif not password.left:
        told.append(Text("署名用パスワードはロックされています", "the signing password is blocked"))
    else:
        told.append(
            Text(f"署名用パスワード {password.value}", f"signing password {password.value}")
        )
    return told


def _trust(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    folders = [settings.directory_file.parent / "pki", settings.data / "workbench" / "pki"]
    if not any(folder.exists() for folder in folders):
        workbench(settings)
    pem = b"".join(
        path.read_bytes()
        for folder in folders
        for name in ("signing-ca", "authentication-ca")
        for path in sorted(folder.glob(f"{name}*.pem"))
    )
    _written(arguments.out, pem)
    if arguments.lists is not None:
        _written(arguments.lists, workbench(settings).lists())
    return 0


def _read(arguments: argparse.Namespace) -> int:
    work = {
        "public": _public,
        "attributes": _attributes,
        "number": _number,
        "photo": _photo,
    }.get(arguments.what, _certificate)
    return work(arguments)


def _public(arguments: argparse.Namespace) -> int:
    """What a card tells without a PIN."""
    own = language()
    with in_hand(arguments) as card:
        put(f"token      {card.token_label()}")
        if card.has_application("common"):
            record = card.record()
            put(f"serial     {record.card_id}")
            put(f"city       {record.municipality}")
            put(f"expires    {record.expires_on}")
        put(f"signing    {'yes' if card.has_signing_certificate() else 'no'}")
        for which, left in card.counters().items():
            if left is not None:
                put(f"PIN        {left} tries left: {NAMES[which].to(own)}")
    return 0


def _attributes(arguments: argparse.Namespace) -> int:
    with in_hand(arguments) as card:
        found = card.attributes(secret(arguments.pin, NAMES[SURFACE]), force=arguments.force)
    for name, value in found.model_dump(mode="json").items():
        put(f"{name:<11}{value}")
    return 0


def _number(arguments: argparse.Namespace) -> int:
    with in_hand(arguments) as card:
        pin = secret(arguments.pin, NAMES[SURFACE])
        number = card.individual_number(pin, duty=arguments.duty, force=arguments.force)
    put(number.reveal(duty=arguments.duty))
    return 0


def _photo(arguments: argparse.Namespace) -> int:
    with in_hand(arguments) as card:
        pin = secret(arguments.pin, NAMES[SURFACE])
        number = card.individual_number(pin, duty=arguments.duty, force=arguments.force)
        picture = card.photo(number, duty=arguments.duty)
    _written(arguments.out or Path("photo.jp2"), picture)
    return 0


def _certificate(arguments: argparse.Namespace) -> int:
    names = {"certificate": "authentication", "ca": "authentication-ca",
             "signing-certificate": "signing", "signing-ca": "signing-ca"}  # fmt: skip
    name = names[arguments.what]
    with in_hand(arguments) as card:
        password = (
            secret(arguments.pin, NAMES[SIGNING]) if name == "signing" else arguments.pin or ""
        )
        der = card.certificate(name, password)
    _written(arguments.out, x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return 0


def _sign(arguments: argparse.Namespace) -> int:
    from kazasu.card.documents import sign_document  # noqa: PLC0415 - the PDF library takes its time

    source: Path = arguments.file
    try:
        content = source.read_bytes()
    except OSError as error:
        raise Refusal(NO_FILE, given=source, why=cause(error)) from error
    with in_hand(arguments) as card:
        password = secret(arguments.pin, NAMES[SIGNING])
        signed = sign_document(card, content, arguments.form, password, force=arguments.force)
    out = arguments.out or source.with_name(source.name + extension(arguments.form))
    _written(out, signed)
    return 0


def _written(out: Path | None, content: bytes) -> None:
    """To a file, or on the screen when none is named."""
    if out is None:
        put(content.decode().rstrip())
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Refusal(NO_FILE, given=out, why=cause(error)) from error
    say(Text("{file} に書きました。", "Written to {file}."), file=out)
