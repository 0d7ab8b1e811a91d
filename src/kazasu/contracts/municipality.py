"""What a city hall may be told and asked. Facts: municipal §1, §7."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from kazasu.contracts.base import (
    Base64,
    CaseId,
    CivilDate,
    Done,
    Inquiry,
    Instant,
    Letter,
    Line,
    LongBase64,
    Message,
    Revision,
    SealedHandle,
    Words,
)
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode

# ---------------------------------------------------------------- people and places


class Address(Message):
    """An address as the register writes it; ``line`` is the whole in one string."""

    municipality_code: MunicipalityCode
    postcode: Line = ""
    prefecture: Line
    city: Line
    town: Line
    """大字・町丁目."""
    block: Line = ""
    """番地, 街区符号・住居番号, as received."""
    building: Line = ""
    """方書."""
    machiaza_id: Line = ""
    """町字ID of the Address Base Registry behind the code of its municipality or ward, 13 digits; empty: the sender does not know it."""

    @property
    def line(self) -> str:
        base = f"{self.prefecture}{self.city}{self.town}{self.block}"
        return f"{base}　{self.building}" if self.building else base


class HouseholdMember(Message):
    """What the portal may show a resident of their own household."""

    member_id: Line
    """Opaque, for this inquiry's asker and this household."""
    name: Line
    kana: Line
    birth_text: Line
    relationship: Line
    """続柄, as on paper."""
    is_self: bool
    has_card: bool
    leaves_on: CivilDate | None = None
    """The moving day of a notice that was accepted for them: no second one can be."""
    residence_card: bool = False
    """They have a 在留カード or 特別永住者証明書, whose address the counter changes, too (入管法 19条の7〜19条の9)."""


class OwnMove(Message):
    """The last move in the resident's own record, whoever gave notice of it."""

    case_id: CaseId
    on: CivilDate
    """異動日, or the planned one."""
    registered: bool
    """At the new address; else the notice was accepted, and they still live at the old one."""
    given_by: Line = ""
    """Who gave notice, by name; empty where somebody of the household is protected, and for a move without a notice."""
    by_oneself: bool = False
    """The resident gave it, at a counter: the portal has no notice of theirs."""
    written_at: Instant | None = None
    """When this city wrote it: what was sent after it is another move."""
    not_named: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """As of :class:`AnnouncedMove`, while it is not registered."""


class AnnouncedMove(Message):
    """A notice of moving that waits, and names the resident; whoever gave it.

    At the old city it is received, checked, or to be corrected; within the city, received and not yet registered.
    """

    case_id: CaseId
    on: CivilDate
    """The moving day that it says."""
    received_at: Instant
    within_city: bool
    """Then each who moves is registered at the counter, with their card, or by its PIN."""
    member_ids: Annotated[tuple[Line, ...], Field(max_length=100)]
    """Whom of ``members`` it names."""
    given_by: Line = ""
    """Who gave notice, by name; empty until the signature is checked, and where somebody of the household is protected."""
    visit_on: CivilDate | None = None
    """Within the city: the day of the appointment, where there is one; not where somebody of the household is protected."""
    visit_starts: Line = ""
    """``HH:MM``."""
    not_named: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """Names of children of ``members`` whose birth was entered since the notice came, and whom no notice names."""


class CardToUpdate(Message):
    """A card that says still what the register said before."""

    name: Line
    """Whose it is."""
    until: CivilDate
    ends: bool
    """Does the card end after that day? After an arrival from another city alone (番号法施行令 14条)."""


class HouseholdChanged(Message):
    """A change of the resident's household: by a notice of it (世帯変更届, 住民基本台帳法 25条), or because of somebody's move."""

    kind: Literal["head", "split", "merge", "pass", "join"]
    """世帯主変更, 世帯分離, 世帯合併, 世帯構成変更; ``join``: somebody moved into it."""
    on: CivilDate
    """異動日; of a move that is still to come, a day ahead."""
    written_at: Instant
    names: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """Who changed household; of another head: the head. Empty where one of them is protected."""
    given_by: Line = ""
    """Who gave notice, by name; empty as ``names``, and where the city changed it ex officio."""
    by_oneself: bool = False
    """The resident gave it: they know of it."""
    relationship: Line = ""
    """Of another head: how the resident stands to that one since, 続柄; empty of who is leaving."""
    with_move: bool = False
    """The resident moved by the same notice, and the head is another one there than before or than it said."""
    by_death: bool = False
    """Of another head: who headed the household before has died."""
    died: Line = ""
    """That one, by name; empty where they were protected."""


class EmergencyLook(Message):
    """The resident's data were opened for an emergency, by two members of staff."""

    at: Instant
    until: Instant
    """When it ended, or will by itself."""
    reason_ja: Line
    reason_en: Line
    verdict: Literal["", "right", "wrong"] = ""
    """What the review found; empty: it was not reviewed yet, or the city is older than this field."""
    reviewed_at: Instant | None = None


class ItemCorrected(Message):
    """One item of a record that the city corrected ex officio."""

    item: Line
    """Of the register: ``name``, ``address``, ``birth_text``, …"""
    label_ja: Line
    label_en: Line
    before: Line
    after: Line


class RecordCorrected(Message):
    """The city corrected the resident's record ex officio, and tells them: a mistake (住民基本台帳法施行令 12条3項, which orders no telling; 4項 orders it of
    what is entered where no notice was given)."""

    at: Instant
    items: Annotated[tuple[ItemCorrected, ...], Field(max_length=40)]
    because: Line = ""
    """What the correction rests on, as the city wrote it; empty: it was written before this was kept with the record."""


class MovingAbroad(Message):
    """A move abroad of the resident that the counter has entered, whose day is still to come (国外転出, 住民基本台帳法 24条)."""

    on: CivilDate
    """The day on which they leave: the record is closed on it."""
    to: Line
    """The country, as the record writes it."""
    to_en: Line = ""
    """In English; empty: as ``to``."""
    card: Literal["none", "ends", "goes-on"]
    """What becomes of their card on that day: ``goes-on`` where it was made one for abroad (国外継続利用)."""


class HouseholdAnswer(Message):
    members: Annotated[tuple[HouseholdMember, ...], Field(max_length=100)]
    address: Address
    head_name: Line
    may_move_together: bool
    """False where a support measure (支援措置) forbids showing others; then only self is listed."""
    own_move: OwnMove | None = None
    own_card: CardToUpdate | None = None
    """The resident's own, where this city waits for it; by the earliest day that it waits for."""
    household_change: HouseholdChanged | None = None
    """The last one of the last month; None: there was none while they lived there, or somebody of the household is protected."""
    changes_before: Annotated[tuple[HouseholdChanged, ...], Field(max_length=100)] = ()
    """Those of that month before it, the newest first."""
    announced: Annotated[tuple[AnnouncedMove, ...], Field(max_length=100)] = ()
    """Notices that wait and name the resident, the newest first."""
    emergency_looks: Annotated[tuple[EmergencyLook, ...], Field(max_length=20)] = ()
    """Of the last ninety days, the newest first. To whose data were seen alone: nobody else of the household learns of it by this answer."""
    abroad: MovingAbroad | None = None
    """The resident's own; None: none is entered, or an older city does not say."""
    corrections: Annotated[tuple[RecordCorrected, ...], Field(max_length=20)] = ()
    """Of the resident's own record in the last ninety days, the newest first."""


class HouseholdOf(
    Inquiry[HouseholdAnswer],
    kind="municipality/household-of/1",
    answer=HouseholdAnswer,
    askers=("portal",),
    basis="住民基本台帳法 12条 (own record)",
):
    handle: SealedHandle


# ---------------------------------------------------------------- visits


class Office(Message):
    office_id: Line
    name_ja: Line
    name_en: Line
    address: Line


class Slot(Message):
    office_id: Line
    date: CivilDate
    starts: Line
    """``HH:MM``."""
    free: Annotated[int, Field(ge=0, le=10_000)]


class VisitSlotsAnswer(Message):
    offices: Annotated[tuple[Office, ...], Field(max_length=200)]
    slots: Annotated[tuple[Slot, ...], Field(max_length=10_000)]


class VisitSlots(
    Inquiry[VisitSlotsAnswer],
    kind="municipality/visit-slots/1",
    answer=VisitSlotsAnswer,
    askers=("portal",),
    basis="simulated (the real service has a date only)",
):
    first: CivilDate
    last: CivilDate


SLOT_REFUSED: Final = frozenset({"municipality.slot-unknown", "municipality.slot-full"})
"""Codes of faults that mean: this slot cannot be had, choose another."""


class HoldVisitAnswer(Message):
    hold_id: UUID
    until: Instant


class HoldVisit(
    Inquiry[HoldVisitAnswer],
    kind="municipality/hold-visit/1",
    answer=HoldVisitAnswer,
    askers=("portal",),
    basis="simulated",
):
    """Hold one place of a slot for fifteen minutes. Repeating it for the same case moves the
    hold. Refused: ``municipality.slot-full``, ``municipality.slot-unknown``."""

    case_id: CaseId
    office_id: Line
    date: CivilDate
    starts: Line


# ---------------------------------------------------------------- the one-stop move


class SignedDocument(Message):
    """The exact bytes that a resident signed on the card, with what proves it."""

    document: LongBase64
    """Base64 of the canonical JSON: title, lines that were shown, data."""
    signature: Base64
    certificate: Base64
    """JWE to the receiving institution: the signing certificate (DER, base64 inside)."""
    signed_at: Instant


class Contact(Message):
    phone: Line = ""
    email: Line = ""


class MoveNotice(Message):
    """``data`` of the signed document: 転出届 and 転入予約 in one (municipal §1.5)."""

    case_id: CaseId
    kind: Literal["between-cities", "within-city"]
    member_ids: Annotated[tuple[Line, ...], Field(max_length=100)]
    scope: Literal["whole-household", "part"]
    move_date: CivilDate
    """異動(予定)日: the day the new home is lived in."""
    new_address: Address
    new_head: Line
    """世帯主 at the new address, by name; empty where they join a household, which has one."""
    joins_existing_household: bool
    contact: Contact
    visit_office: Line
    visit_date: CivilDate
    visit_starts: Line
    origin_municipality: MunicipalityCode
    destination_municipality: MunicipalityCode


class NoticeOfMovingOut(Letter, kind="municipality/notice-of-moving-out/1", senders=("portal",)):
    """転出届, portal → old city. The signature names the applicant:
    the city asks J-LIS (``ValidateSignature``), whose answer carries a handle for that city."""

    case_id: CaseId
    notice: MoveNotice
    signed: SignedDocument
    submitted_at: Instant
    revision: Revision = 1


class VisitReservation(Letter, kind="municipality/visit-reservation/1", senders=("portal",)):
    """転入予約 (or 転居予約), portal → city of the new address."""

    case_id: CaseId
    notice: MoveNotice
    signed: SignedDocument
    hold_id: UUID
    applicant_name: Line
    submitted_at: Instant
    revision: Revision = 1


class WithdrawMove(Letter, kind="municipality/withdraw-move/1", senders=("portal",)):
    """The resident cancels, portal → each city of the case; or a correction names another new city, portal → the former one."""

    case_id: CaseId
    reason: Words = ""
    at: Instant
    elsewhere: bool = False
    """The move goes on and leads to another city now: this one alone expects nobody any more."""


class ChangeVisit(Letter, kind="municipality/change-visit/1", senders=("portal",)):
    """The resident takes another slot, portal → new city."""

    case_id: CaseId
    hold_id: UUID
    office_id: Line
    date: CivilDate
    starts: Line
    at: Instant


class Mover(Message):
    """One person of 転出証明書情報 (住基法施行令 23条, 24条の3)."""

    token: UUID
    """The transfer token in the Basic Resident Register Network."""
    resident_record_code: ResidentRecordCode
    individual_number: IndividualNumber
    name: Line
    kana: Line
    former_surname: Line = ""
    alias: Line = ""
    """通称."""
    name_roman: Line = ""
    birth_date: CivilDate | None
    birth_text: Line
    """As the register writes it; may be 不詳."""
    sex: Line
    relationship: Line
    head_of_household: Line
    registered_domicile: Line = ""
    """本籍."""
    domicile_head: Line = ""
    """筆頭者."""
    nationality: Line = ""
    residence_status: Line = ""
    residence_until: CivilDate | None = None
    residence_card_number: Line = ""
    national_health_insurance: bool = False
    late_elderly_insurance: bool = False
    care_insurance: bool = False
    pension_kind: Line = ""
    child_allowance: bool = False
    has_card: bool = False
    protected: bool = False
    """支援措置: must arrive before the address does (I8, I11)."""
    card_address: Line = ""
    """What their card says still, where it waits to be updated since a move before this one (simulated: no such item is published).
    Empty: the old address, of a protected person also where it is another one."""
    card_not_continued: bool = False
    """They came to the sender's city from another one and have not had their card continued there: leaving so ends it (番号法施行令 14条;
    simulated: no such item is published). Where it is continued after this was sent, ``CardContinuedBefore`` follows."""
    card_ended: bool = False
    """Their record was closed ex officio and not by their notice, and the card ended with it (番号法施行令 14条4号; simulated as above)."""


class CertificateOfMovingOut(
    Letter,
    kind="municipality/certificate-of-moving-out/1",
    senders=("city",),
    named_in="from_municipality",
):
    """転出証明書情報, old city → new city (住基法 24条の2③)."""

    case_id: CaseId
    from_municipality: MunicipalityCode
    to_municipality: MunicipalityCode
    old_address: Address
    planned_date: CivilDate
    new_address: Line
    movers: Annotated[tuple[Mover, ...], Field(max_length=100)]
    revision: Revision = 1
    paper: Line = ""
    """Number of the paper certificate with which they stand at the receiver's counter; empty: sent ahead, for an arrival by card."""
    died: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """Names of those of the notice who died before this was sent, and are none of ``movers``: the receiver asks nobody for them."""
    abroad: Annotated[tuple[Line, ...], Field(max_length=100)] = ()
    """The same of whom a move abroad was entered."""


class CertificateCancelled(Letter, kind="municipality/certificate-cancelled/1", senders=("city",)):
    """The transfer was cancelled before arrival; the copy at the new city is purged (I9).

    Only the old city of the case may say so, which its receiver alone can tell.
    """

    case_id: CaseId
    tokens: Annotated[tuple[UUID, ...], Field(max_length=100)]
    at: Instant
    died: bool = False
    """They died; the others of the case go on. The receiver's desk says so, and asks nobody of the family for them."""


class ArrivedElsewhere(
    Letter, kind="municipality/arrived-elsewhere/1", senders=("city",), named_in="from_municipality"
):
    """These movers are registered, and not here: nobody expects them any more, and their data are purged (I9).

    Old city → each other city that has the data. It does not say where: who does not register them need not know.
    """

    case_id: CaseId
    from_municipality: MunicipalityCode
    tokens: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class CardContinuedBefore(
    Letter,
    kind="municipality/card-continued-before/1",
    senders=("city",),
    named_in="from_municipality",
):
    """The old city continued the cards of these movers after it sent their data and before they left: they do not end with the move."""

    case_id: CaseId
    from_municipality: MunicipalityCode
    tokens: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class NoticeOfMovedIn(
    Letter, kind="municipality/notice-of-moved-in/1", senders=("city",), named_in="to_municipality"
):
    """転入通知, new city → old city (住基法 9条①); a later revision corrects an earlier one."""

    case_id: CaseId
    token: UUID
    resident_record_code: ResidentRecordCode
    moved_in_on: CivilDate
    """転入年月日 (異動日)."""
    notified_on: CivilDate
    new_address: Line
    """Empty for a protected person (I11)."""
    to_municipality: MunicipalityCode
    epoch: Revision
    revision: Revision = 1


class CertificateDataAnswer(Message):
    sent: bool
    case_id: Annotated[str, Field(max_length=40)] = ""
    """By which case the data come; empty: they do not, or the city is older than this field."""


class RequestCertificateData(
    Inquiry[CertificateDataAnswer],
    kind="municipality/request-certificate-data/1",
    answer=CertificateDataAnswer,
    askers=("city",),
    basis="住民基本台帳法 24条の2 (redirected mover)",
):
    """A mover stands at another city's desk than planned: send the certificate data there."""

    token: UUID
    resident_record_code: ResidentRecordCode


class PaperDataAnswer(Message):
    outcome: Literal["sent", "unknown", "replaced", "over"]
    """``replaced``: the paper was issued again since, under another number; ``over``: nobody of it is still to arrive."""
    case_id: CaseId | None = None
    """Where it was sent."""


class RequestDataByPaper(
    Inquiry[PaperDataAnswer],
    kind="municipality/request-data-by-paper/1",
    answer=PaperDataAnswer,
    askers=("city",),
    basis="住民基本台帳法 22条; 同法施行令 23条",
):
    """A mover brings a paper certificate of moving out, issued by the city that is asked: send its data here."""

    number: Line


class WhereIsMover(
    Letter, kind="municipality/where-is-mover/1", senders=("city",), named_in="from_municipality"
):
    """転入通知未着照会, old city → a city that expects them: left by the plan, and no notice of moved-in came."""

    case_id: CaseId
    from_municipality: MunicipalityCode


WhereMover = Literal[
    "unknown", "expected", "missed", "at-the-desk", "registered", "expired", "given-up", "elsewhere"
]


class MoverIsHere(
    Letter, kind="municipality/mover-is-here/1", senders=("city",), named_in="to_municipality"
):
    """The answer to ``WhereIsMover``, from what the asked city's own case says. It names no place, and people by their tokens alone."""

    case_id: CaseId
    to_municipality: MunicipalityCode
    where: WhereMover
    registered: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    """Whom of the case it has registered: of one notice some may be, and others not."""


class Reachable(
    Inquiry[Done],
    kind="municipality/reachable/1",
    answer=Done,
    askers=("portal", "jukinet", "jpki", "identity", "city"),
    basis="operation",
):
    """Is the city's system up?"""


class EmigrantDataAnswer(Message):
    mover: Mover | None = None
    """As their closed record has them; None: no record of somebody who moved abroad from here."""


class EmigrantData(
    Inquiry[EmigrantDataAnswer],
    kind="municipality/emigrant-data/1",
    answer=EmigrantDataAnswer,
    askers=("city",),
    basis="住民基本台帳法 22条1項7号; 同法施行令 22条 (simulated: 戸籍の附票 and the extract of the family register, on paper)",
):
    """Somebody who moved abroad from the city that is asked stands at another one's counter, come back."""

    resident_record_code: ResidentRecordCode
