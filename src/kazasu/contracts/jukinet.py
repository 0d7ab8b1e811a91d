"""What the Basic Resident Register Network (住基ネット) may be told and asked."""

from hashlib import sha256
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from kazasu.contracts.base import (
    CaseId,
    CivilDate,
    Inquiry,
    Letter,
    Message,
    Revision,
    SealedHandle,
)
from kazasu.foundation.values.numbers import IndividualNumber, MunicipalityCode, ResidentRecordCode

TokenState = Literal["OPEN", "CONSUMED", "CANCELLED", "EXPIRED"]

TRANSFER_EXPIRED: Final = "jukinet.transfer-expired"
TRANSFER_UNKNOWN: Final = "jukinet.transfer-unknown"
"""The special route is over: what is left is a paper certificate (住民基本台帳法 24条の2)."""
TRANSFER_REFUSED: Final = frozenset(
    {
        TRANSFER_UNKNOWN,
        "jukinet.transfer-cancelled",
        TRANSFER_EXPIRED,
        "jukinet.transfer-consumed-elsewhere",
        "jukinet.transfer-already-open",
        "jukinet.transfer-differs",
        "jukinet.transfer-of-other-person",
        "jukinet.transfer-to-same-city",
    }
)
"""Codes of faults that are the register's word on this transfer; any other says nothing about it."""
DAY_REFUSED: Final = frozenset({"jukinet.moved-in-future", "jukinet.date-before-registration"})
"""Of these the ones that are about the moving day."""
ARRIVAL_REFUSED: Final = TRANSFER_REFUSED | DAY_REFUSED | {"jukinet.not-registered-there"}
"""The same of an arrival: asked again in the same words it is refused again. Of any other nothing is known, and it is asked again."""


NOWHERE_REGISTERED: Final = frozenset(
    {"jukinet.not-registered", "jukinet.in-transit", "jukinet.moved-abroad"}
)
"""Codes of faults that are the network's answer to it: in no city today."""


class WhereRegisteredAnswer(Message):
    municipality_code: MunicipalityCode
    since: CivilDate


class WhereRegistered(
    Inquiry[WhereRegisteredAnswer],
    kind="jukinet/where-registered/1",
    answer=WhereRegisteredAnswer,
    askers=("portal", "identity"),
    basis="住民基本台帳法 30条の9 (simulated)",
):
    """In which city is the person of this handle registered today?"""

    handle: SealedHandle


class MunicipalitiesOfAnswer(Message):
    municipality_codes: Annotated[tuple[MunicipalityCode, ...], Field(max_length=1000)]
    """In no order that means anything; empty for who was never registered anywhere."""


class MunicipalitiesOf(
    Inquiry[MunicipalitiesOfAnswer],
    kind="jukinet/municipalities-of/1",
    answer=MunicipalitiesOfAnswer,
    askers=("portal",),
    basis="住民基本台帳法 30条の32 (simulated)",
):
    """Which cities hold, held or await the person of this handle?

    For the person alone, who wants to know who looked: somebody who moved in another one's notice has no word of the city that
    was left, and who is registered nowhere today was registered somewhere.
    """

    handle: SealedHandle


class TransferOpened(
    Letter, kind="jukinet/transfer-opened/1", senders=("city",), named_in="from_municipality"
):
    """Old city: a notice of moving out was accepted for this mover (住基法 24条の2③)."""

    token: UUID
    case_id: CaseId
    resident_record_code: ResidentRecordCode
    from_municipality: MunicipalityCode
    to_municipality: MunicipalityCode
    planned_date: CivilDate
    """転出の予定年月日."""
    expires_on: CivilDate
    """Last day on which the special route (特例転入) may use it."""
    by_paper: bool = False
    """The special route was over when the notice was accepted: only who brings a paper certificate arrives by it."""


class MoverTransfer(Message):
    """One mover of an arrival."""

    token: UUID
    request_id: UUID
    """The same whenever it is asked again for this mover."""
    resident_record_code: ResidentRecordCode


class MoverEpoch(Message):
    token: UUID
    epoch: Revision
    """The person's register epoch after this move (fencing, reliability §4 I5)."""


class ConsumeTransfersAnswer(Message):
    movers: Annotated[tuple[MoverEpoch, ...], Field(max_length=100)]


class ConsumeTransfers(
    Inquiry[ConsumeTransfersAnswer],
    kind="jukinet/consume-transfers/1",
    answer=ConsumeTransfersAnswer,
    askers=("city",),
    named_in="municipality_code",
    basis="住民基本台帳法 22条・24条の2",
):
    """New city: register the arrival of all these movers, or of none. One compare-and-set, so that no cancellation comes between
    two of a family. Repeated it gives the same answer. Refused for one of them: ``jukinet.transfer-cancelled``,
    ``-expired``, ``-consumed-elsewhere``, ``-unknown``."""

    movers: Annotated[tuple[MoverTransfer, ...], Field(min_length=1, max_length=100)]
    municipality_code: MunicipalityCode
    moved_on: CivilDate
    """異動日: when they really moved."""
    by_paper: bool = False
    """They stand there with a paper certificate of moving out, which has no last day."""


class TransferConsumed(Letter, kind="jukinet/transfer-consumed/1", senders=("jukinet",)):
    """To the old city: the mover is registered elsewhere, and by whom. Sent in the transaction of the arrival.

    What a city says of it (``NoticeOfMovedIn``) counts when it says the same.
    """

    token: UUID
    case_id: CaseId
    resident_record_code: ResidentRecordCode
    from_municipality: MunicipalityCode
    """Whose record it is that can be closed: the receiver."""
    consumed_by: MunicipalityCode
    epoch: Revision
    """The person's register epoch after this move, as ``ConsumeTransfers`` answered it."""
    on: CivilDate
    """異動日: when the person really moved."""


class MoverState(Message):
    token: UUID
    state: TokenState


class CancelTransfersAnswer(Message):
    """Tokens that nobody has opened yet are left out: asked again, once the network has heard of them."""

    movers: Annotated[tuple[MoverState, ...], Field(max_length=100)]


class CancelTransfers(
    Inquiry[CancelTransfersAnswer],
    kind="jukinet/cancel-transfers/1",
    answer=CancelTransfersAnswer,
    askers=("city",),
    basis="住民基本台帳法 24条 (simulated)",
):
    """Old city: the move of all these is off, as far as they have not arrived. One compare-and-set against the arrival."""

    tokens: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    request_id: UUID


class OpenForPaperAnswer(Message):
    """How each stands now: ``OPEN`` may be used with the paper. Tokens that nobody has opened yet are left out."""

    movers: Annotated[tuple[MoverState, ...], Field(max_length=100)]


class OpenForPaper(
    Inquiry[OpenForPaperAnswer],
    kind="jukinet/open-for-paper/1",
    answer=OpenForPaperAnswer,
    askers=("city",),
    basis="住民基本台帳法施行令 23条・24条 (simulated)",
):
    """Old city: it gives these movers a paper certificate of moving out, so that they can arrive once, also after the special
    route. One compare-and-set against arrival and cancellation; repeated it changes nothing."""

    tokens: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]


class TransferStateAnswer(Message):
    token: UUID
    state: TokenState
    from_municipality: MunicipalityCode
    to_municipality: MunicipalityCode
    planned_date: CivilDate
    expires_on: CivilDate


class OpenTransferOf(
    Inquiry[TransferStateAnswer],
    kind="jukinet/open-transfer-of/1",
    answer=TransferStateAnswer,
    askers=("city",),
    basis="住民基本台帳法 24条の2",
):
    """For a visitor who came to another city than planned: their open transfer, if any."""

    resident_record_code: ResidentRecordCode


class DepartureEffective(
    Letter, kind="jukinet/departure-effective/1", senders=("city",), named_in="municipality_code"
):
    """Old city: the planned date came, the record is closed (除票(予定))."""

    token: UUID
    resident_record_code: ResidentRecordCode
    municipality_code: MunicipalityCode
    on: CivilDate
    ex_officio: bool = False
    """The departure was recorded ex officio, since no notice of it was given in time (住民基本台帳法 8条, 同法施行令 12条1項): the card ends with the
    record (番号法施行令 14条4号)."""


Change = Literal[
    "birth",
    "death",
    "address",
    "name",
    "birth-date",
    "sex",
    "emigration",
    "immigration",
    "from-outside",
]


class RegistrationChanged(
    Letter, kind="jukinet/registration-changed/1", senders=("city",), named_in="municipality_code"
):
    """A city's 本人確認情報 changed otherwise: birth, death, change within the city, correction. All of one person in one city are of one case,
    whatever brought them about: in the order in which the city wrote them."""

    resident_record_code: ResidentRecordCode
    municipality_code: MunicipalityCode
    what: Change
    """``from-outside``: moved in from a municipality that is not in the directory, by its paper certificate."""
    on: CivilDate
    card_goes_on: bool = False
    """Of who moved abroad: their card was made one for abroad before they left (国外継続利用, since 27 May 2024)."""


class DeathTold(Letter, kind="jukinet/death-told/1", senders=("jukinet",)):
    """To the city of the residence: another one, where they lived before, has entered their death (住民基本台帳法 9条2項). The network
    had registered them here in the same instant; what a city knows of a death reaches whoever has the person."""

    resident_record_code: ResidentRecordCode
    told_by: MunicipalityCode
    on: CivilDate
    """The day of the death, as that city entered it."""


class NumbersGiven(Message):
    """Of somebody whom no register ever held: nobody else has either, and the one does not follow from the other."""

    resident_record_code: ResidentRecordCode
    individual_number: IndividualNumber


class GiveNumbers(
    Inquiry[NumbersGiven],
    kind="jukinet/give-numbers/1",
    answer=NumbersGiven,
    askers=("city",),
    named_in="municipality_code",
    basis="住民基本台帳法 30条の2・30条の3; 番号法 8条2項 (simulated: one inquiry for both)",
):
    """A city enters somebody who has neither 住民票コード nor 個人番号: born, or never before registered in Japan. Asked again under the same
    ``request_id`` it is answered with the same numbers."""

    request_id: UUID
    municipality_code: MunicipalityCode
    same_person: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", max_length=64)] = ""
    """A hash of what makes two notices those of one person (:func:`same_person`); empty: nothing that does is known. A second city that asks
    for them is answered with the same numbers as long as nobody has registered them, and refused afterwards: ``jukinet.person-taken``."""


def same_person(*items: str) -> str:
    """Of one person alike in every city, whatever else is written of them: without the spaces in which desks differ."""
    said = "\n".join("".join(one.split()) for one in items)
    return sha256(said.encode()).hexdigest()


Opening = Literal["birth", "immigration", "from-outside"]


class PersonClaimed(Message):
    """They are this city's to register, until its letter comes or it gives them back."""

    request_id: UUID


class ClaimPerson(
    Inquiry[PersonClaimed],
    kind="jukinet/claim-person/1",
    answer=PersonClaimed,
    askers=("city",),
    named_in="municipality_code",
    basis="住民基本台帳法 22条・30条の46 (simulated)",
):
    """A city is about to register somebody whom no transfer brings: nobody else is, from this answer on. One compare-and-set, as an
    arrival uses up its token; repeated under the same ``request_id`` it gives the same answer. Refused: ``jukinet.person-taken``,
    ``jukinet.person-known``."""

    request_id: UUID
    resident_record_code: ResidentRecordCode
    municipality_code: MunicipalityCode
    what: Opening
    individual_number: IndividualNumber | None = None
    """As their paper has it: refused where it is known to be somebody else's, ``jukinet.number-of-another``. None: of an older sender, or it is not
    from a paper."""


CLAIM_REFUSED: Final = frozenset(
    {"jukinet.person-taken", "jukinet.person-known", "jukinet.number-of-another"}
)
"""Codes of faults that are the network's word on it; after any other it may have been given."""


class PersonReleased(Message):
    released: bool
    """False: it was not held, or was used."""


class ReleasePerson(
    Inquiry[PersonReleased],
    kind="jukinet/release-person/1",
    answer=PersonReleased,
    askers=("city",),
    named_in="municipality_code",
    basis="住民基本台帳法 22条・30条の46 (simulated)",
):
    """The city did not register them after all. Repeated it changes nothing."""

    request_id: UUID
    resident_record_code: ResidentRecordCode
    municipality_code: MunicipalityCode


LastKnown = Literal["registered", "on-the-way", "abroad", "dead", "unknown"]


class LastRegistrationAnswer(Message):
    standing: LastKnown
    municipality_code: MunicipalityCode | None = None
    """Where they are registered now, or were last; None of who is unknown."""
    until: CivilDate | None = None
    """Of who is registered nowhere: since when."""


class LastRegistrationOf(
    Inquiry[LastRegistrationAnswer],
    kind="jukinet/last-registration-of/1",
    answer=LastRegistrationAnswer,
    askers=("city",),
    basis="住民基本台帳法 30条の10 (simulated)",
):
    """A city at whose counter somebody says that they come from abroad: are they registered nowhere because they moved abroad, and which
    city had them last?"""

    resident_record_code: ResidentRecordCode
