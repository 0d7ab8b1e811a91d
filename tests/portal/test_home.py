"""The first page: what waits, in its order; what can be done is found however it is typed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kazasu.contracts.base import InstitutionId
from kazasu.contracts.municipality import Office, OwnMove
from kazasu.contracts.offices import OfficeFound
from kazasu.portal.home import changes, waiting
from kazasu.portal.household.moved import Moved
from kazasu.portal.move.answers import Answers, Member
from kazasu.portal.move.events import Event
from kazasu.portal.move.sent import Move
from kazasu.portal.move.standing import standing
from kazasu.portal.services import absent, found, offered, services
from kazasu.portal.store import Draft
from kazasu.portal.visit.calendar import visit_entry
from tests.portal.test_visiting import PLANS

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
MEMBERS = tuple(Member(str(n), f"佐藤{n}", "", "", "", n == 0, n < 2) for n in range(3))
ANSWERS = Answers(
    origin="141003", old_address="", head_name="", together=True, members=MEMBERS, chosen=("0", "1", "2"), new_head="佐藤0",
    block="1", destination="011002", move_date="2026-12-01", office="a", office_ja="中央区役所, 本館",
    office_en="Chuo ward office", visit_date="2026-12-07", visit_starts="09:00", hold_id="h",
)  # fmt: skip
SENT = Move("MV-1", "between-cities", 1, "141003", "011002", ANSWERS.to_json(), AT, None)


def told(*events, **changed):
    happened = [Event(one, AT, InstitutionId("city:141003"), "", "", "", "", []) for one in events]
    return replace(SENT, events=happened, **changed)


def titles(move, today, draft=None):
    return [one.title.en for one in waiting(draft, [move], today)]


@pytest.mark.parametrize(
    ("today", "first", "urgency"),
    [
        (date(2026, 12, 5), "Your visit to the counter", "later"),
        (date(2026, 12, 6), "Your visit is tomorrow", "now"),
        (date(2026, 12, 7), "Your visit is today", "now"),
    ],
)
def test_a_visit_comes_nearer(today, first, urgency):
    found = waiting(None, [told("in-ready")], today)
    assert (found[0].title.en, found[0].urgency) == (first, urgency)


@pytest.mark.parametrize("day", [date(2026, 12, 6), date(2026, 12, 7)])
def test_nobody_is_sent_to_a_counter_that_can_do_nothing(day):
    """Sent back for correction, or not decided, when the day of the appointment comes."""
    asked, visit = waiting(None, [told("received-out", "needs-fix")], day)[:2]
    assert asked.title.en == "Please correct it and send it again"
    assert "Correct your notice first" in visit.note.en
    (visit, *_) = waiting(None, [told("received-out")], day)
    assert "has not accepted your notice yet" in visit.note.en
    past = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)  # noon in Japan
    (visit, *_) = waiting(None, [told("received-out")], day, now=past)
    assert "has not accepted your notice yet" in visit.note.en, "nor once its time is past"
    (visit, *_) = waiting(None, [told("received-out", kind="within-city")], day)
    assert "bring the card" in visit.note.en


def test_after_fourteen_days_the_notice_is_late():
    due = "Notice at the counter is due"
    assert titles(told("in-ready"), date(2026, 11, 30)) == ["Your visit to the counter"]
    assert due in titles(told("in-ready"), date(2026, 12, 1))
    on_time = waiting(None, [told("in-ready")], date(2026, 12, 15))
    assert [(one.title.en, one.urgency) for one in on_time] == [(due, "later")]
    assert waiting(None, [told("in-ready")], date(2026, 12, 16))[0].urgency == "late"


def test_of_three_movers_two_have_cards_to_be_updated():
    today = date(2026, 12, 8)
    assert titles(told("registered"), today) == [
        "You are registered at the new address. Still to be updated: 2 cards"
    ]
    one_left = told("registered", "card-continued")
    assert titles(one_left, today) == [standing(one_left).says.en]
    assert "Still to be updated: 1 card" in standing(one_left).says.en
    all_done = told("registered", "card-continued", "card-continued")
    assert titles(all_done, today) == []
    assert standing(all_done).says.en == "Done; your card has the new address too"
    assert told("registered", "card-continued", "card-lost").cards_left == 0


def test_what_is_off_waits_for_nobody_and_says_so():
    assert titles(told("out-done", withdrawn_at=AT), date(2026, 12, 6)) == []
    assert (
        standing(told("in-ready", withdrawn_at=AT)).says.en
        == "Being cancelled. Waiting for the city"
    )
    assert standing(told("in-ready", "cancelled", withdrawn_at=AT)).says.en == "Cancelled"


def test_a_void_appointment_waits_until_another_one_is_chosen():
    missed = told("in-ready", "visit-missed")
    assert titles(missed, date(2026, 11, 25)) == ["Please choose another day for your visit"]
    again = told("in-ready", "visit-missed", "visit-changed")
    assert titles(again, date(2026, 11, 25)) == ["Your visit to the counter"]


def test_a_draft_is_seen_and_a_correction_is_told_once():
    asked = told("needs-fix")
    correction = "Please correct it and send it again"
    both = [correction, "Your visit to the counter"]
    assert titles(asked, date(2026, 11, 25)) == both, "the appointment stands"
    assert titles(asked, date(2026, 11, 25), Draft("MV-1", 2, ANSWERS)) == both
    assert waiting(Draft("MV-2", 1, ANSWERS), [], date(2026, 11, 25))[0].href == "/move/review"


def test_news_are_what_others_did_newest_first():
    later = Event(
        "out-done", AT + timedelta(hours=1), InstitutionId("city:141003"), "", "", "", "", []
    )
    move = told("received-out", "sent-again")
    move = replace(move, events=[*move.events, later])
    assert [one.title.en for one in changes([move])] == [
        "Notice of moving out accepted", "Notice of moving out received",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wanted",
    [
        "引っ越す", "引っ越し", "引っこし", "ひっ越し", "引越し", "ひっこし", "ヒッコシ", "ﾋｯｺｼ", "Moving", "ＭＯＶＩＮＧ", "転出届",
        "転出届を出したい", "住所を変えたい", "change address", "change of address", "I am moving", "relocating",
    ],
)  # fmt: skip
def test_moving_is_found_however_it_is_typed(wanted):
    assert [one.id for one in found(services(), wanted)] == ["move"]


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("引越しの手続き", "move"), ("誰が見た", "looked"), ("だれが見た", "looked"), ("口座を開く", "bank"),
        ("カードをなくした", "lost-card"), ("カードが盗まれた", "lost-card"), ("lost my card", "lost-card"),
        ("スマホをなくした", "lost-phone"), ("lost my phone", "lost-phone"), ("暗証番号", "pin"), ("暗証番号を忘れた", "pin"), ("ロック", "pin"),
        ("ロックされた", "pin"), ("PIN", "pin"), ("locked", "pin"), ("forgot my PIN", "pin"),
        ("なくしたスマホ", "lost-phone"), ("携帯を無くした", "lost-phone"), ("lost / stolen phone", "lost-phone"), ("スマホ", "phone"),
        ("期限切れ", "expiry"), ("更新", "expiry"), ("my card expired", "expiry"), ("カードの期限が切れた", "expiry"), ("予約", "appointment"),
        ("予約を変えたい", "appointment"), ("change appointment", "appointment"), ("機種変更", "phone"), ("new phone", "phone"), ("スマホ変えた", "phone"), ("サインアウト", "sign-out"), ("sign out", "sign-out"),
        ("ログアウト", "sign-out"), ("世帯主", "move"), ("届出を直したい", "wrong"), ("まちがえた", "wrong"),
        ("wrong address", "wrong"), ("番地", "wrong"), ("番地を間違えた", "wrong"), ("who looked at my data", "looked"), ("苦情", "ask"), ("手数料", "ask"), ("質問", "ask"),
    ],
)  # fmt: skip
def test_a_sentence_finds_what_it_is_about(wanted, first):
    assert next(one.id for one in found(services(), wanted)) == first


@pytest.mark.parametrize("one", services(), ids=lambda one: one.id)
def test_each_thing_is_found_by_its_name_and_by_each_of_its_words(one):
    for wanted in (*one.name, *one.words):
        assert one in found(services(), wanted), wanted


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("印鑑証明", "Seal"), ("印鑑証明がほしい", "Seal"), ("住民票", "Copies"), ("世帯主変更届", "A new head"), ("passport", "Passports"),
        ("I pay taxes", "Taxes"), ("保険証", "Health"), ("driving license", "Driving"), ("結婚したい", "Notices"),
        ("子どもが生まれた", "Notices"), ("赤ちゃん", "Notices"), ("名字が変わった", "Notices"), ("コンビニ", "Copies"), ("ふりがな", "Notice of how"), ("外国人", "Residence"), ("在留カード", "Residence"),
        ("入院", "Health"),
    ],
)  # fmt: skip
def test_what_is_not_here_is_said_and_nothing_else_is_offered_for_it(wanted, name):
    assert [one.name.en.startswith(name) for one in absent(wanted)] == [True]
    assert found(services(), wanted) == []


EVENTS_OF_LIFE = {
    "Notices": [
        "家族が亡くなった", "夫が死んだ", "妻が死んだ", "父がなくなりました", "おくやみ", "お悔やみ", "葬儀", "お葬式", "死亡届", "火葬", "my husband died",
        "my mother passed away", "funeral", "death", "a death in the family", "出産", "妊娠した", "こどもがうまれた", "I am pregnant", "our baby was born",
        "結婚する", "入籍", "再婚", "離婚した", "we got married", "wedding", "divorced",
    ],
    "Copies": ["住民票の写し", "certificate of residence", "proof of address", "戸籍謄本"],
    "Moving abroad": ["海外に引っ越す", "留学", "帰国した", "moving abroad", "I am leaving Japan"],
    "Certificates after": ["罹災証明書", "地震で家がこわれた", "earthquake"],
    "Health": ["会社を辞めた", "退職した", "I lost my job"],
    "Pensions": ["年金", "my pension"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "name"), [(wanted, name) for name, said in EVENTS_OF_LIFE.items() for wanted in said]
)
def test_what_happens_in_a_life_is_found_in_peoples_own_words(wanted, name):
    assert [one.name.en.startswith(name) for one in absent(wanted)] == [True], absent(wanted)
    assert found(services(), wanted) == []


@pytest.mark.parametrize(
    "wanted",
    [
        "実家に戻る",
        "親と同居する",
        "一人暮らしを始める",
        "転勤になった",
        "joining my parents",
        "moving in with my son",
    ],
)
def test_a_move_is_found_in_peoples_own_words(wanted):
    assert found(services(), wanted)[0].id == "move"
    assert absent(wanted) == []


def test_what_is_here_is_not_said_to_be_missing():
    for one in services():
        for wanted in (*one.name, *one.words):
            assert absent(wanted) == [], wanted


def test_words_that_mean_nothing_here_find_nothing():
    assert [found(services(), wanted) for wanted in ("xyz", "する", "天気予報")] == [[], [], []]


@given(st.text(max_size=40))
def test_any_words_may_be_searched(wanted):
    assert set(found(services(), wanted)) <= set(services())


def test_nothing_is_promised_that_nobody_offers():
    assert [one.id for one in offered(["portal"])] == [
        "move", "appointment", "wrong", "messages", "looked", "expiry", "sign-out", "lost-card", "pin", "ask",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_calendar_entry(language):
    entry = visit_entry(SENT, language, AT)
    assert all(len(row) <= 75 for row in entry.split(b"\r\n"))
    rows = entry.replace(b"\r\n ", b"").decode().split("\r\n")
    assert "DTSTART:20261207T000000Z" in rows, "09:00 in Japan"
    assert any("\\, 本館" in row for row in rows) == (language == "ja")
    assert "佐藤" not in entry.decode()


def test_the_calendar_entry_leads_to_the_counter():
    """With the address that a map reads, the counter's number, and the number that the counter asks for."""
    office = Office(
        office_id="a",
        name_ja="中央区役所",
        name_en="Chuo ward office",
        address="北海道札幌市中央区大通西2丁目",
    )
    found = OfficeFound(office=office, plan=PLANS["hall"])
    entry = visit_entry(SENT, "ja", AT, found=found).replace(b"\r\n ", b"").decode()
    (place,) = [row for row in entry.split("\r\n") if row.startswith("LOCATION:")]
    assert "北海道札幌市中央区大通西2丁目" in place
    assert f"{PLANS['hall'].moving}番の窓口" in place
    assert f"受付番号：{SENT.case_id}" in entry
    assert "Case: " in visit_entry(SENT, "en", AT, found=found).replace(b"\r\n ", b"").decode()


def test_a_draft_for_a_place_where_another_notice_registered_them_says_so():
    there = Moved(
        OwnMove(case_id="MV-OTHER001", on=AT.date(), registered=True, given_by="佐藤1", written_at=AT),
        "東京都", "011002", AT,
    )  # fmt: skip
    answers = replace(ANSWERS, prefecture="北海道", city="札幌市中央区", town="大通", block="1番地")
    draft = Draft("MV-2", 1, answers)
    there = replace(there, address=answers.new_address)
    (found,) = waiting(draft, [], AT.date(), moved=there)
    assert "registered there already" in found.note.en
    assert found.href == "/move/discard"
    (found,) = waiting(draft, [], AT.date(), moved=replace(there, address="東京都"))
    assert "Go on where you stopped" in found.note.en
