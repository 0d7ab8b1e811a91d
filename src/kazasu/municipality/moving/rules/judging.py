"""What the register says of a notice, in the order in which a clerk would look. Asked whenever a notice is shown or decided: another
move may have been accepted or registered since it came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kazasu.contracts.municipality import MoveNotice
from kazasu.foundation.database import Transaction
from kazasu.foundation.time.clock import civil
from kazasu.foundation.time.dates import long_date
from kazasu.foundation.values.places.houses import same_house
from kazasu.foundation.values.romaji import with_reading
from kazasu.kit import periods
from kazasu.municipality.hall.context import CityContext, city_id
from kazasu.municipality.moving.model import Finding, MovingIn, MovingOut
from kazasu.municipality.moving.rules import card_address, lapsing, overlapping
from kazasu.municipality.register import store as register_store
from kazasu.municipality.register.model import HeadAfter, Resident, head_after, left_alone
from kazasu.municipality.register.store import MemberName

_KEPT = ("signature", "document", "counter")
"""What was proven once, by J-LIS or at the counter; nothing in the register changes it."""


def moving_out(
    tx: Transaction, city: CityContext, case: MovingOut, applicant: Resident | None
) -> list[Finding]:
    """Of a notice of moving out.

    1. The applicant is a resident; otherwise nothing else can be judged.
    2. All movers are of the applicant's household: nobody gives notice for another one
       (cf. 住民基本台帳法 26条).
    3. None of them is moving already: a person has one open notice.
    4. The notice came within its period (:mod:`kazasu.kit.periods`), and not so late that it is
       no notice any more. At the counter that period does not hold, and what is late is recorded ex officio.
    5. The special route is not over: where it is, only a paper certificate is left, which can be given at once.
    6. The destination is a city that letters reach.
    7. Nobody under 15 moves alone or is head of the household (:mod:`kazasu.kit.periods`).
    8. Nobody under 15 is left without anybody older; the decider may decide otherwise, with what they decided.
    9. Without effect on acceptance, but for the clerk to see: whole or part of the household, the
       head who remains (municipal §1.3), other notices that part the same household, 支援措置 (I8), movers to whom the applicant has no tie of family.
    """
    if applicant is None or not (applicant.here or applicant.died or applicant.went_abroad):
        return [_applicant(None)]
    notice, sent_on = MoveNotice.model_validate(case.notice), case.given_on
    members = register_store.household(tx, applicant.household_number)
    ids = {member.resident_id for member in members}
    chosen = set(register_store.residents_of_members(tx, notice.member_ids))
    dead = register_store.dead_of_members(tx, notice.member_ids)
    going = [member for member in members if member.resident_id in chosen]
    return [
        _represented(applicant)
        if case.represented
        else _died_since(applicant, sent_on)
        if applicant.died
        else _abroad_since(applicant, sent_on)
        if applicant.went_abroad
        else _applicant(applicant),
        *_dead(dead),
        *_abroad(register_store.names_of_members(tx, case.go_abroad)),
        _same_household(
            len(going), good=bool(going) and not _strangers(notice, chosen, len(dead), ids)
        ),
        *overlapping.found(
            tx, register_store.several(tx, sorted(chosen)), notice.member_ids, case.case_id
        ),
        *overlapping.parting(tx, going, case.case_id),
        *(_late(notice.move_date, sent_on) if case.taken else _in_time(notice.move_date, sent_on)),
        *_special_route(notice.move_date, civil(tx.now)),
        _destination(good=city_id(notice.destination_municipality) in city.directory),
        _scope(good=(notice.scope == "whole-household") == (chosen == ids)),
        *_old_enough(notice, going, sent_on),
        *_head(head_after(members, chosen)),
        *_left_alone(left_alone(members, chosen, sent_on)),
        *_protected(any(member.protected for member in going)),
        *_no_family(applicant, going),
        *_cards(tx, going, notice.move_date),
    ]


def _cards(tx: Transaction, going: Sequence[Resident], leaves_on: date) -> list[Finding]:
    """Only said where somebody's card ends by leaving."""
    people = [one for one in going if card_address.not_continued(tx, one)]
    if not people:
        return []
    said = lapsing.before_leaving(people, leaves_on)
    return [Finding("card-not-continued", False, said.ja, said.en, blocking=False)]


def as_it_is_now(tx: Transaction, city: CityContext, case: MovingOut) -> list[Finding]:
    """What was found of the signature, and what the register says at this moment."""
    applicant = register_store.by_id(tx, case.applicant_id) if case.applicant_id else None
    proven = [one for one in case.checks if one.check in _KEPT]
    return [*proven, *moving_out(tx, city, case, applicant)]


def within_the_city(tx: Transaction, case: MovingIn) -> list[Finding]:
    """Of a change of address. The notice itself is completed and signed at the counter (住民基本台帳法 23条), so what was sent stands in
    nobody's way; who is leaving the city already does.
    """
    if case.kind != "within-city" or case.reservation is None:
        return []
    notice = MoveNotice.model_validate(case.reservation["notice"])
    proven = [Finding(**one) for one in case.reservation.get("checks", ())]
    chosen = set(register_store.residents_of_members(tx, notice.member_ids))
    going = register_store.several(tx, sorted(chosen))
    applicant = next(
        (one for one in going if one.resident_id == case.reservation.get("applicant_id")), None
    )
    dead = register_store.dead_of_members(tx, notice.member_ids)
    own = case.reservation.get("applicant_id")
    theirs = any(one.resident_id == own for one in dead)
    signed = [_applicant(applicant)] if proven and not theirs else []
    household = {one.household_number for one in going if one.here}
    together = len(household) == 1 and len(chosen) + len(dead) == len(set(notice.member_ids))
    found = [
        *proven,
        *signed,
        *_dead(dead),
        _same_household(len(going), good=together),
        *overlapping.found(tx, going, notice.member_ids, case.case_id),
        *overlapping.parting(tx, going, case.case_id),
        *_another_place(notice, going),
        *_old_enough(notice, going, civil(tx.now)),
        *(_no_family(applicant, going) if applicant else ()),
    ]
    stands = ("not-moving", "another-address")
    return [replace(one, blocking=one.check in stands) for one in found]


def _another_place(notice: MoveNotice, going: Sequence[Resident]) -> list[Finding]:
    """Only said where it is none: a change of address leads to another one, however the two are written."""
    if not any(same_house(one.address, notice.new_address.line) for one in going):
        return []
    return [Finding(
        "another-address", False,
        "新しい住所が、今の住所と同じです。転居ではありません",
        "The new address is the one where they live already: no change of address",
    )]  # fmt: skip


def _applicant(applicant: Resident | None) -> Finding:
    if applicant is None or not applicant.here:
        return Finding("applicant", False, "届け出た人はこの市の住民ではありません",
                       "The applicant is not a resident of this city")  # fmt: skip
    return Finding("applicant", True, f"届け出た人は住民（{applicant.name}）",
                   f"The applicant is a resident ({with_reading(applicant.name, applicant.kana)})")  # fmt: skip


def _represented(applicant: Resident) -> Finding:
    return Finding("applicant", True, f"代理人の届出。本人は住民（{applicant.name}）",
                   f"Given by a representative of a resident ({with_reading(applicant.name, applicant.kana)})")  # fmt: skip


def _died_since(applicant: Resident, sent_on: date) -> Finding:
    """What was sent holds although who sent it died (cf. 民法 97条3項); nobody dead sends anything."""
    name, en = applicant.name, with_reading(applicant.name, applicant.kana)
    if applicant.changed_on < sent_on:
        return Finding("applicant", False, f"届け出た人（{name}）は、届出の日より前に亡くなっています",
                       f"The applicant ({en}) had died before the day of the notice")  # fmt: skip
    return Finding(
        "applicant", False,
        f"届け出た人（{name}）は、届け出たあとで亡くなりました。届出は、ほかの人について効力があります（民法97条3項参照）。引っ越すかを、その人たちに確かめてください",
        f"The applicant ({en}) died after giving notice. It holds for the others (cf. Civil Code 97 (3)): ask them whether they move",
        blocking=False,
    )  # fmt: skip


def _abroad_since(applicant: Resident, sent_on: date) -> Finding:
    """Who sent it has left the country: what was sent holds for those who stayed (cf. 民法 97条), and who moved abroad before sends nothing."""
    name, en = applicant.name, with_reading(applicant.name, applicant.kana)
    on, on_en = long_date(applicant.changed_on), long_date(applicant.changed_on, "en")
    if applicant.changed_on < sent_on:
        return Finding("applicant", False, f"届け出た人（{name}）は、届出の日より前の{on}に国外へ移っています",
                       f"The applicant ({en}) had moved abroad on {on_en}, before the day of the notice")  # fmt: skip
    return Finding(
        "applicant", False,
        f"届け出た人（{name}）は、届け出たあと、{on}に国外へ移りました。届出は、ほかの人について効力があります。引っ越すかを、その人たちに確かめてください",
        f"The applicant ({en}) moved abroad on {on_en}, after giving notice. It holds for the others: ask them whether they move",
        blocking=False,
    )  # fmt: skip


def _abroad(people: Sequence[MemberName]) -> list[Finding]:
    """Only said where somebody goes."""
    return [
        Finding(
            "mover-abroad", False,
            f"{one.name}さんは、国外転出を受け付けたため、この届出から外れました。この届出は、ほかの人だけで進みます",
            f"{with_reading(one.name, one.kana)} was taken off this notice when a move abroad was entered. It goes on for the others alone",
            blocking=False,
        )
        for one in people
    ]  # fmt: skip


def _dead(people: Sequence[MemberName]) -> list[Finding]:
    """Only said where somebody is."""
    return [
        Finding(
            "mover-died", False,
            f"{one.name}さんは亡くなりました。この届出は、ほかの人だけで進みます",
            f"{with_reading(one.name, one.kana)} has died. This notice goes on for the others alone",
            blocking=False,
        )
        for one in people
    ]  # fmt: skip


def _strangers(notice: MoveNotice, chosen: set[str], dead: int, household: set[str]) -> bool:
    return len(chosen) + dead != len(set(notice.member_ids)) or not chosen <= household


def _same_household(movers: int, *, good: bool) -> Finding:
    if good:
        en = "The mover is" if movers == 1 else f"All {movers} movers are"
        return Finding(
            "members", True, f"異動する{movers}人は同じ世帯", f"{en} of the same household"
        )
    return Finding("members", False, "同じ世帯でない人が含まれています",
                   "Somebody is not of the same household")  # fmt: skip


def _in_time(moves_on: date, submitted_on: date) -> list[Finding]:
    """The online window; past the period of law, also what the city does instead."""
    first, last = periods.online_notice_window(moves_on)
    good = first <= submitted_on <= last
    ja = f"（{long_date(first)}〜{long_date(last)}）"
    en = f"({long_date(first, 'en')} to {long_date(last, 'en')})"
    window = Finding(
        "window", good,
        f"届出の期間内{ja}" if good else f"届出の期間{ja}の外です",
        f"Within the period for notice {en}" if good else f"Outside the period for notice {en}",
    )  # fmt: skip
    if not periods.notice_is_late(moves_on, submitted_on):
        return [window]
    until = periods.moving_in_until(moves_on)
    return [window, Finding(
        "late", False,
        f"異動から14日（{long_date(until)}）を過ぎています。届出としては受理せず、職権で記載します（却下して、住民票の「転出届を受け付ける」から）",
        f"More than 14 days after moving (until {long_date(until, 'en')}): "
        "not accepted as a notice; the departure is recorded ex officio: reject it, and take it from their record",
    )]  # fmt: skip


def _late(moves_on: date, taken_on: date) -> list[Finding]:
    """Of a notice at the counter, where it is so late that it is none: the desk records the departure all the same."""
    if not periods.notice_is_late(moves_on, taken_on):
        return []
    until = periods.moving_in_until(moves_on)
    return [Finding(
        "late", False,
        f"異動から14日（{long_date(until)}）を過ぎています。受理すると、届出ではなく職権による記載になります（住民基本台帳法8条、同法施行令12条1項）",
        f"More than 14 days after moving (until {long_date(until, 'en')}). Accepted now, the departure is recorded ex officio, "
        "and not by notice (Basic Resident Register Act 8; its Order, 12 paragraph 1)",
        blocking=False,
    )]  # fmt: skip


def _special_route(moves_on: date, today: date) -> list[Finding]:
    """Only said where it is over: accepted now, the certificate data can be used by nobody with a card."""
    until = periods.transfer_usable_until(moves_on)
    if today <= until:
        return []
    return [Finding(
        "special-route", False,
        f"カードだけで転入できる期間（特例転入、{long_date(until)}まで）が過ぎています。受理すると記録は転出になり、"
        "新しい市区町村へは紙の転出証明書を持って行くことになります",
        f"The period for arriving by card ended on {long_date(until, 'en')}. Accepted now, the record is closed by the plan, "
        "and only a paper certificate of moving out leads into the new city",
        blocking=False,
    )]  # fmt: skip


def _destination(*, good: bool) -> Finding:
    if good:
        return Finding("destination", True, "転出先の市区町村につながる",
                       "The destination is in the directory")  # fmt: skip
    return Finding("destination", False, "転出先の市区町村が名簿にありません",
                   "The destination is not in the directory")  # fmt: skip


def _scope(*, good: bool) -> Finding:
    if good:
        return Finding("scope", True, "世帯全部／一部の別が台帳と合う",
                       "Whole or part of the household, as the register has it", blocking=False)  # fmt: skip
    return Finding("scope", False, "世帯全部／一部の別が台帳と違います",
                   "Whole or part of the household: the register says otherwise", blocking=False)  # fmt: skip


def with_heads(found: Sequence[Finding], heads: Sequence[Resident]) -> list[Finding]:
    """As it stays with the notice once it is accepted: who was named, instead of that somebody had to be."""
    kept = [one for one in found if one.check != "head"]
    return kept + [
        Finding(
            "head", True, f"残る世帯の世帯主：{one.name}",
            f"Head of the household that remains: {with_reading(one.name, one.kana)}",
            blocking=False,
        )
        for one in heads
    ]  # fmt: skip


def _head(after: HeadAfter) -> list[Finding]:
    if after.kind != "to-be-named":
        return []
    return [Finding("head", False, "残る世帯の世帯主を決める必要があります",
                    "The household that remains needs a new head", blocking=False)]  # fmt: skip


def _left_alone(children: Sequence[Resident]) -> list[Finding]:
    """Only said where it is so. Names are of the household that the applicant belongs to; the desk sees them anyway."""
    if not children:
        return []
    ja = "、".join(one.name for one in children)
    en = ", ".join(with_reading(one.name, one.kana) for one in children)
    return [Finding(
        "left-alone", False,
        f"15歳未満の人だけが残ります（{ja}）。だれが世話をするかを、決裁者が決めてから受理します（民法820条・822条、住民基本台帳法26条）",
        f"Only people under 15 would remain ({en}). Who looks after them is decided before this is accepted "
        "(Civil Code 820, 822; Basic Resident Register Act 26)",
        decidable=True,
    )]  # fmt: skip


def _old_enough(notice: MoveNotice, going: Sequence[Resident], on: date) -> list[Finding]:
    """Only said where somebody is not: most notices have no child on their own."""
    if notice.joins_existing_household:
        return []
    young = {one.name for one in going if periods.too_young(one.birth_text, on)}
    if going and len(young) == len({one.name for one in going}):
        return [Finding("alone", False, "15歳未満の人だけの異動です",
                        "Only people under 15 move, and nobody with them")]  # fmt: skip
    if notice.new_head in young:
        return [Finding("head-age", False, "新しい世帯主が15歳未満です",
                        "The head of the household is under 15")]  # fmt: skip
    return []


def _protected(protected: bool) -> list[Finding]:
    if not protected:
        return []
    return [Finding("protected", False, "支援措置の対象者です。転出先を画面・写しに出しません",
                    "Protected: the new address is shown nowhere", blocking=False)]  # fmt: skip


_NO_FAMILY: Final = ("同居人", "縁故者")
"""続柄 of who belongs to a household without being of its family; what hangs on one of them (同居人の子) is of theirs."""


def _no_family(applicant: Resident, going: Sequence[Resident]) -> list[Finding]:
    """Only said where it is so: a lodger who gives notice for those with whom they lodge, or one of these for a lodger. Whether they may
    (住民基本台帳法 26条: the head, or by 委任) the clerk asks."""
    side = _side(applicant.relationship)
    others = [one for one in going if one.resident_id != applicant.resident_id]
    strangers = [one for one in others if _side(one.relationship) != side or side == _NO_FAMILY[0]]
    if not strangers:
        return []
    ja = "、".join(one.name for one in strangers)
    en = ", ".join(with_reading(one.name, one.kana) for one in strangers)
    return [Finding(
        "no-family", False,
        f"届け出た人と家族の続柄でない人が含まれています（{ja}）。本人の意思か委任を確かめてください（住民基本台帳法26条）",
        f"The applicant has no tie of family to: {en}. Ask whether they want it, or for their authorization "
        "(Basic Resident Register Act 26)",
        blocking=False,
    )]  # fmt: skip


def _side(relationship: str) -> str:
    """Family of the head (empty), or with whom of the others somebody belongs."""
    return next((one for one in _NO_FAMILY if relationship.startswith(one)), "")
