"""The bank's terms and rules. Pure: no database, no clock."""

import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from kazasu.business.bank.faults import INSUFFICIENT, OVER_LIMIT, PROOF_INCOMPLETE, RESTRICTED
from kazasu.contracts.base import FourAttributes
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values import readable
from kazasu.kit.openid import Person, SignedEvidence

PURPOSES: Final = {
    "living": Text("生活のお金の出し入れ", "Everyday payments", "生活の お金を 入れる・出す"),
    "income": Text("給与や年金の受け取り", "Receiving wages or a pension", "給料や 年金を もらう"),
    "saving": Text("ためておく", "Saving"),
}
"""取引を行う目的 (犯収法 4条1項2号)."""
OCCUPATIONS: Final = {
    "employee": Text("会社員・公務員など", "Employed", "会社や 役所で はたらく"),
    "business": Text("自営業", "Self-employed", "自分の 店や 仕事"),
    "student": Text("学生", "Student"),
    "home": Text("家事・育児・介護", "At home", "家の 仕事・子どもや 親の 世話"),
    "retired": Text("年金で生活している", "Retired", "年金で くらしている"),
    "other": Text("そのほか", "Other"),
}
"""職業 (犯収法 4条1項3号)."""

DAY_LIMIT: Final = 1_000_000
"""Yen that may leave an account in one day, by transfer or charge. Simulated."""
ORDERS: Final = "TR"
"""What the numbers of transfers and withdrawals begin with, wherever a person reads one."""
CONSENTS: Final = "CO"
"""And those of consents."""
CASH: Final = "bank:cash"
MACHINE: Final = Text("現金自動預け払い機（ATM）", "Cash machine (ATM)")
TRANSFER_LIFE: Final = timedelta(minutes=30)
CONSENT_ITEMS: Final = ("name", "address")
CONSENT_PURPOSE: Final = "keep-customer-data"
CONSENT_MONTHS: Final = 60
ITEMS: Final = {
    "name": Text("氏名", "Name"),
    "address": Text("住所", "Address"),
    "birthdate": Text("生年月日", "Date of birth"),
    "gender": Text("性別", "Sex"),
}
SEXES: Final = {
    "1": Text("男性", "Male"),
    "2": Text("女性", "Female"),
    "9": Text("適用不能", "Not applicable"),
    "0": Text("不明", "Unknown"),
}


@dataclass(frozen=True, slots=True)
class Customer:
    PERSON: ClassVar = "customer_number"

    customer_number: str
    name: str
    address: str
    birthdate: date
    sex: str
    purpose: str
    occupation: str
    opened_at: datetime
    restricted_at: datetime | None
    restricted_why: str
    closed_at: datetime | None
    kana: str = ""
    """How the name is read, as the customer says; the card does not tell. Empty: not said."""

    @property
    def attributes(self) -> FourAttributes:
        return FourAttributes(
            name=self.name, address=self.address, birth_date=self.birthdate, sex=self.sex
        )

    @property
    def state(self) -> Text:
        if self.closed_at is not None:
            return Text("解約済み", "Closed")
        if self.restricted_at is not None:
            return Text("お取引を止めています", "Restricted")
        return Text("ご利用中", "Open")

    def check_usable(self) -> None:
        """Raises Refusal ``bank.restricted``."""
        if self.restricted_at is not None or self.closed_at is not None:
            raise Refusal(RESTRICTED)


@dataclass(frozen=True, slots=True)
class Consent:
    consent_id: str
    customer_number: str
    certificate_id: str
    items: list[str]
    purpose: str
    until: datetime
    given_at: datetime
    state: str
    asked_at: datetime | None
    ended_at: datetime | None
    ended_why: str

    def for_the_same(self, other: "Consent") -> bool:
        """Another one by this customer to the same: at J-LIS the newer of two replaces the one before."""
        return (
            self.consent_id != other.consent_id
            and self.customer_number == other.customer_number
            and self.purpose == other.purpose
            and set(self.items) == set(other.items)
        )


@dataclass(frozen=True, slots=True)
class Transfer:
    PERSON: ClassVar = "customer_number"

    transfer_id: UUID
    customer_number: str
    from_account: str
    to_account: str
    payee: str
    amount: int
    document: bytes
    prepared_at: datetime
    done_at: datetime | None

    @property
    def is_cash(self) -> bool:
        """A withdrawal: the bank's own cash is where it goes."""
        return self.to_account == CASH


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement."""

    at: datetime
    kind: str
    amount: int
    memo: str
    balance: int
    key: str = ""
    """What it was entered for: ``transfer <id>``."""
    other: str = ""
    """The account on its other side."""

    @property
    def order(self) -> str:
        """The number of the transfer, as both sides' receipts say it; empty for everything else."""
        kind, _, number = self.key.partition(" ")
        try:
            return readable.of(UUID(number), ORDERS) if kind == "transfer" else ""
        except ValueError:
            return ""

    @property
    def other_account(self) -> str:
        """Of a transfer between two accounts; what is the bank's own is no number that anybody uses."""
        return self.other if self.kind == "transfer" else ""


def consent_number(consent_id: str) -> str:
    """As people say it, here and at the identity service; what is none of J-LIS's stays as it is."""
    try:
        return readable.of(UUID(consent_id), CONSENTS)
    except ValueError:
        return consent_id


def new_customer_number() -> str:
    """Random, so that nobody can count customers or guess the next."""
    return f"{secrets.randbelow(9 * 10**9) + 10**9}"


def new_account_number() -> str:
    return f"{secrets.randbelow(10**7):07}"


def attributes_of(person: Person, signature: SignedEvidence) -> FourAttributes:
    """The four attributes that the signing certificate gave, all of them, with the evidence's names.

    Raises Refusal ``bank.proof-incomplete``.
    """
    whole = person.name and person.address and person.birth_date and person.sex
    named = signature.statement and signature.evidence_id and signature.certificate_id
    if not whole or not named or person.birth_date is None:
        raise Refusal(PROOF_INCOMPLETE)
    return FourAttributes(
        name=person.name, address=person.address, birth_date=person.birth_date, sex=person.sex
    )


def check_amount(amount: int, balance: int, spent_today: int) -> None:
    """Raises Refusal ``bank.insufficient-funds``, ``bank.over-limit``."""
    if amount + spent_today > DAY_LIMIT:
        raise Refusal(OVER_LIMIT, limit=f"{DAY_LIMIT:,}")
    if amount > balance:
        raise Refusal(INSUFFICIENT)


def payee_shown(name: str) -> str:
    """A payee by surname only: enough to notice a wrong number, too little to look people up."""
    surname, gap, given = name.partition("　")
    return f"{surname}　{'＊' * len(given)}" if gap else f"{name[:1]}{'＊' * (len(name) - 1)}"


# ---------------------------------------------------------------- documents that are signed


def application_document(application_id: str, purpose: str, occupation: str, day: date) -> bytes:
    """What the applicant reads and signs."""
    lines = [
        _line(Text("銀行", "Bank"), Text("ひなた銀行", "Hinata Bank")),
        _line(
            Text("申込み", "Application"), Text("普通預金口座を開く", "Open an ordinary account")
        ),
        _line(Text("使いみち", "Use"), PURPOSES[purpose]),
        _line(Text("職業", "Occupation"), OCCUPATIONS[occupation]),
        _line(Text("申込日", "Date"), _day(day)),
        _line(Text("受付番号", "Number"), _same(application_id)),
    ]
    data = {"application": application_id, "purpose": purpose, "occupation": occupation,
            "date": day.isoformat()}  # fmt: skip
    return _document(Text("口座開設の申込み", "Application to open an account"), lines, data)


def transfer_document(
    transfer_id: UUID, payee: str, to_account: str, amount: int, at: datetime
) -> bytes:
    """What the customer reads and signs before money moves."""
    day = civil(at)
    lines = [
        _line(
            Text("振込先", "To"),
            Text(f"{payee}（ひなた銀行 {to_account}）", f"{payee} (Hinata Bank {to_account})"),
        ),
        _line(Text("金額", "Amount"), Text(f"{amount:,}円", f"{amount:,} yen")),
        _line(Text("振込日", "Date"), _day(day)),
        _line(Text("受付番号", "Number"), _same(readable.of(transfer_id, ORDERS))),
    ]
    data = {"transfer": str(transfer_id), "to": to_account, "amount": amount,
            "date": day.isoformat()}  # fmt: skip
    return _document(Text("振込の依頼", "Order to transfer"), lines, data)


def withdrawal_document(number: UUID, amount: int, at: datetime) -> bytes:
    """What the customer reads and signs before cash comes out."""
    day = civil(at)
    lines = [
        _line(Text("受け取るところ", "Where"), MACHINE),
        _line(Text("金額", "Amount"), Text(f"{amount:,}円", f"{amount:,} yen")),
        _line(Text("引き出す日", "Date"), _day(day)),
        _line(Text("受付番号", "Number"), _same(readable.of(number, ORDERS))),
    ]
    data = {"withdrawal": str(number), "amount": amount, "date": day.isoformat()}
    return _document(Text("引き出しの依頼", "Order to withdraw cash"), lines, data)


def _line(label: Text, value: Text) -> dict[str, str]:
    own = {"value_en": value.en} if value.en != value.ja else {}
    return {"label_ja": label.ja, "label_en": label.en, "value": value.ja} | own


def _same(value: str) -> Text:
    return Text(value, value)


def _day(on: date) -> Text:
    return Text(long_date(on, "ja"), long_date(on, "en"))


def _document(title: Text, lines: list[dict[str, str]], data: dict[str, Any]) -> bytes:
    content = {"title": {"ja": title.ja, "en": title.en}, "lines": lines, "data": data}
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


# ---------------------------------------------------------------- the timeline

CORPORATE: Final = Text("ひなた銀行", "Hinata Bank")
IDENTITY: Final = Text("カード認証サービス", "The card identity service")
YOU: Final = Text("あなた", "You")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a customer's record, as stored."""

    number: int
    kind: str
    at: datetime
    facts: dict[str, str]

    @property
    def title(self) -> Text:
        return HAPPENINGS[self.kind][0].fill(**self.facts)

    @property
    def who(self) -> Text:
        return HAPPENINGS[self.kind][1]

    @property
    def note(self) -> Text | None:
        found = HAPPENINGS[self.kind][2]
        return found.fill(**self.facts) if found else None

    @property
    def state(self) -> str:
        return "bad" if self.kind in ("deceased", "not-updated") else "done"


HAPPENINGS: Final[dict[str, tuple[Text, Text, Text | None]]] = {
    "opened": (Text("口座を開きました", "Your account was opened"), YOU, None),
    "relinked": (
        Text("新しい証明書を、前からの登録につなぎました", "Your new certificate was linked to your record"),
        YOU,
        Text("署名と、あなたの知っている番号で確かめました", "Proven by your signature and a number that you knew"),
    ),
    "consent-given": (
        Text("住所などの変更を知らせることに同意しました", "You agreed that we are told of changes"), YOU,
        Text("対象: {ja}", "Items: {en}"),
    ),
    "consent-declined": (
        Text("同意しないことを選びました", "You chose not to agree"), YOU,
        Text("口座の使い方は変わりません", "Your account works all the same"),
    ),
    "consent-ended": (
        Text("同意が終わりました", "The consent ended"), IDENTITY,
        Text("これから先、変更を確かめることはありません。証明書の番号は消しました",
             "Changes are no longer asked for. The certificate's number was deleted"),
    ),
    "consent-replaced": (
        Text("前の同意は、新しい同意に替わりました", "Your new consent took the place of the one before"), YOU, None),
    "credential-revoked": (
        Text("署名用の証明書が失効したと知らせがありました", "We were told that your signing certificate was revoked"),
        IDENTITY,
        Text("引っ越しのあとなら、市区町村でカードの手続きが済むと、新しい情報を自動で受け取れます",
             "After a move: once your card is updated at the city office, the new data can be received by themselves"),
    ),
    "not-updated": (
        Text("いまは最新の情報を受け取れません", "Your data cannot be updated now"), CORPORATE,
        Text("毎日確かめています。引っ越したときは、市区町村でカードの手続きが済むと、自動で新しくなります", "We ask every day. If you moved: once your card is updated at the city office, your data are renewed by themselves"),
    ),
    "updated": (
        Text("{item_ja}を新しくしました", "Your {item_en} was updated"), CORPORATE,
        Text("「{old}」から「{new}」へ。はがきも届出もいりません", "From “{old}” to “{new}”. No postcard, no form"),
    ),
    "told": (
        Text("{item_ja}を、あなたがカードで伝えました", "You told us your {item_en} with your card"), YOU,
        Text("「{old}」から「{new}」へ", "From “{old}” to “{new}”"),
    ),
    "differs": (
        Text("受け取った情報が登録と合わないため、変更しませんでした", "What we received does not fit your record, so nothing was changed"),
        CORPORATE, Text("担当者が確かめます", "A person will look at it"),
    ),
    "deceased": (
        Text("亡くなったとの知らせがあり、お取引を止めました", "We were told of a death and stopped all transactions"),
        IDENTITY, Text("担当者が確かめます", "A person will look at it"),
    ),
    "link-ended": (
        Text("カードとこの銀行のつながりが終わりました", "The link between your card and this bank ended"), IDENTITY,
        Text("口座はそのままです。もう一度使うには、署名とお客さま番号で確かめます",
             "Your account is as it was. To use it again, sign and give your customer number"),
    ),
    "account-linked": (
        Text("{partner_ja}に口座をつなぎました", "Your account was linked to {partner_en}"), YOU, None),
    "account-unlinked": (
        Text("{partner_ja}との口座連携が終わりました", "The account link with {partner_en} ended"), CORPORATE, None),
    "closed": (Text("口座を解約しました", "Your account was closed"), YOU, None),
}  # fmt: skip
