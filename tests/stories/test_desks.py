"""What goes otherwise than planned at the two desks: correction, rejection, cancelling, races, other
cards, protected people, returns, moves within the city."""

from datetime import timedelta
from uuid import uuid4

import pytest

from kazasu.foundation.time.dates import next_open
from kazasu.society.stories import moving
from kazasu.society.stories.moving import NEW, OLD, PIN

SAPPORO_TOWN, YOKOHAMA_TOWN, FUKUOKA_TOWN = "0600041", "2310023", "8100001"


def notice(stage, someone, **more):
    more.setdefault("postcode", SAPPORO_TOWN)
    return moving.give_notice(stage, someone, **more)


def accept(stage, case, **fields):
    clerk = moving.at_notice(stage, case)
    clerk.browser.press("Accept", **fields)
    return clerk


def visit_day(stage):
    stage.set_day(next_open(stage.today + timedelta(days=1)))


def arrived(stage, case, card, city=NEW, name="木村　直子", **entry):
    """Identified, entered, registered at the new city's desk. Returns the clerk's browser."""
    visit_day(stage)
    clerk = moving.at_arrival(stage, case, city, name)
    moving.identify(clerk, card)
    clerk.browser.press("Enter provisionally", **entry).expect("provisional")
    clerk.browser.press("Register").expect("registered")
    return clerk.browser


def on_timeline(stage, someone, case, *words):
    """The resident signs in again and reads the case's page until it says this."""
    again = type(someone)(stage, someone.card, stage.browser())
    page = f"{stage.origin('portal')}/moves/{case}"
    moving.sign_in(stage, again, stage.origin("portal"), f"/moves/{case}", moving.HANAKO)
    stage.until(", ".join(words), lambda: all(again.browser.get(page).has(word) for word in words))
    return again.browser


def test_a_correction_and_then_a_cancellation_before_anybody_moved(stage, person):
    """Before the day, too: with the record his certificate for signing would end, and he signs in tests after this one."""
    sota = person("山田　颯太")
    case = notice(stage, sota, moves_on=stage.today + timedelta(days=3))
    clerk = moving.at_notice(stage, case)
    clerk.browser.click("Ask for a correction")
    clerk.browser.press("Ask for a correction", note=" ").expect(
        "What the resident is told is missing"
    )
    clerk.browser.press("Ask for a correction", note="建物名を書いてください")
    clerk.browser.expect("waiting for a correction")
    browser = on_timeline(stage, sota, case, "asks for a correction", "建物名を書いてください")
    browser.press("Correct it").expect("Review and sign").press("Sign and send")
    sota.browser = browser
    sota.tap(password=moving.PASSWORD)
    browser.expect("You sent the corrected notice")
    assert not browser.has("asks for a correction"), "sent is sent, before any city says so"
    clerk = moving.at_notice(stage, case)
    clerk.browser.press("Accept").expect("accepted")
    browser = on_timeline(stage, sota, case, "Notice of moving out accepted")
    browser.click("Cancel this move").press("Yes, cancel")
    on_timeline(stage, sota, case, "The move was cancelled")
    record = clerk.browser.get(
        f"{stage.origin(OLD)}/desk/residents?q=ヤマダ　ソウタ&purpose=certificate"
    ).click("Yamada")
    record.expect("move cancelled, record open again").expect("Resident")
    arrival = moving.clerk_at(stage, NEW, "木村　直子", moving.NEW_CLERK).browser
    arrival.get(f"{stage.origin(NEW)}/desk/in/{case}").expect(
        "nobody comes: the move was cancelled"
    )
    assert not arrival.has("ヤマダ")
    page = on_timeline(stage, sota, case, "The move was cancelled")
    assert not page.has("What else this move triggers")
    assert not page.page.xpath("//dt[contains(., 'Appointment')]")


def test_who_is_first_arrival_or_cancellation_is_decided_once(stage, person):
    """Head leaves, one remains (ex officio head); arrival first, the cancellation comes too late."""
    toru = person("渡邉\U000e0102　徹")
    case = notice(stage, toru, movers=1)
    clerk = accept(stage, case)
    rest = clerk.browser.get(
        f"{stage.origin(OLD)}/desk/residents?q=ワタナベ　マイ&purpose=certificate"
    ).click("Watanabe")
    rest.expect("another head of the household").expect("Suzuki Mari")
    portal = on_timeline(stage, toru, case, "The counter is ready")
    page = arrived(stage, case, toru.card)
    page.click("Watanabe").expect("渡邉\U000e0102")
    portal.get(f"{stage.origin('portal')}/moves/{case}/cancel")
    if portal.has("Yes, cancel"):
        portal.press("Yes, cancel")
    browser = on_timeline(stage, toru, case, "Registered at the new address")
    assert not browser.has("Cancel this move") or browser.has("Too late to cancel")


def test_the_head_must_be_named_where_two_remain(stage, person):
    """Only the father of the Sato family gives notice for himself; the clerk names the new head. The mother's draft is changed in
    another window, and is older than his notice: neither is signed unseen."""
    mother, elsewhere = person("佐藤　花子"), person("佐藤　花子")
    moving.sign_in(stage, mother, stage.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(stage, mother.browser)
    moving.sign_in(stage, elsewhere, stage.origin("portal"), "/move/contact", moving.HANAKO)
    elsewhere.browser.press("Next", phone="045-000-0001")
    mother.browser.expect("090-0000-0000").press("Sign and send")
    assert mother.browser.fault == "web.changed-since-shown"
    mother.browser.expect("045-000-0001").expect("Review and sign")
    kenichi = person("佐藤　健一")
    case = notice(stage, kenichi, movers=1, moves_on=stage.today + timedelta(days=3))
    clerk = moving.at_notice(stage, case)
    clerk.browser.press("Accept")
    assert clerk.browser.fault == "municipality.head-needed"
    options = clerk.browser.page.xpath("//select[@name='new_head']/option")
    hanako = next(o.get("value") for o in options if "花子" in o.text_content())
    clerk.browser.press("Accept", new_head=hanako)
    assert clerk.browser.fault == "municipality.related-anew", "they stood to the father"
    fields = clerk.browser.page.xpath("//input[starts-with(@name, 'standing-')]")
    assert [one.value for one in fields] == ["", ""], (
        "his children may be hers or not: they are asked"
    )
    of_children = {one.name: "子" for one in fields}
    clerk.browser.press("Accept", new_head=hanako, **of_children).expect("accepted")
    clerk.browser.expect("Head of the household that remains")
    hidden = "q=0000000027&purpose=notice&note=%E2%80%AE"
    clerk.browser.get(f"{stage.origin(OLD)}/desk/residents?{hidden}")
    clerk.browser.expect("a letter that cannot be seen")
    assert not clerk.browser.has("1 found."), "the resident would read this purpose"
    record = clerk.browser.get(f"{stage.origin(OLD)}/desk/residents/{hanako}")
    record.expect("another head of the household")
    mother.browser.press("Sign and send").expect("Your registration changed")
    mother.browser.expect("a notice of moving was accepted")
    father = next(
        one for one in mother.browser.page.xpath("//label") if "健一" in one.text_content()
    )
    chosen = mother.browser.page.get_element_by_id(father.get("for"))
    assert chosen.get("checked") is None
    mother.browser.press("Next", chosen=[chosen.get("value")], joins=True)
    mother.browser.expect("There cannot be a second one")
    mother.browser.get(f"{stage.origin('portal')}/move/discard").press("Delete it")


def test_two_clerks_on_one_case_and_a_stale_form(stage, person):
    rei = person("松本　玲")
    case = notice(stage, rei, postcode=YOKOHAMA_TOWN)
    first = moving.clerk_at(stage, "city:401307", "清水　愛", moving.OLD_CLERK)
    page = f"{stage.origin('city:401307')}/desk/out/{case}"
    stage.until("checks", lambda: first.browser.get(page).has("checked, to be"))
    second = moving.clerk_at(stage, "city:401307", "森　誠", moving.OLD_CLERK)
    second.browser.get(page).click("Reject").expect("Reject this notice")
    first.browser.press("Accept").expect("accepted")
    second.browser.press("Reject", note="late")
    assert second.browser.fault == "municipality.changed-by"
    second.browser.get(page).expect("accepted")


def test_a_rejection_is_confirmed_and_the_resident_reads_its_reason(stage, person):
    who = person("山田　颯太")
    case = notice(stage, who)
    senior = moving.clerk_at(stage, OLD, "田中　修", moving.OLD_CLERK).browser
    page = f"{stage.origin(OLD)}/desk/out/{case}"
    stage.until("checks", lambda: senior.get(page).has("checked, to be"))
    senior.click("Reject").expect("would have to begin anew")
    senior.press("Reject", note="")
    assert senior.fault == "municipality.answer-needed"
    senior.get(page).expect("checked, to be")
    senior.click("Reject").press("Reject", note="本人の意思が確かめられません").expect("rejected")
    page = on_timeline(stage, who, case, "not accepted", "本人の意思が確かめられません")
    assert not page.has("What to bring")
    assert not page.page.xpath("//dt[contains(., 'Appointment')]")


def test_a_stranger_at_the_desk_sees_nothing(stage, person):
    ken = person("髙橋　キヨ")
    case = notice(stage, ken)
    accept(stage, case)
    visit_day(stage)
    clerk = moving.at_arrival(stage, case)
    moving.identify(clerk, "山田　颯太")
    assert clerk.browser.fault == "municipality.not-of-this-move"
    assert not clerk.browser.has("Card and data compared")
    moving.identify(clerk, ken.card)
    clerk.browser.expect("Card and data compared")
    tomorrow = stage.today + timedelta(days=1)
    clerk.browser.press(
        "Enter provisionally", moved_on__year=str(tomorrow.year),
        moved_on__month=str(tomorrow.month), moved_on__day=str(tomorrow.day),
    )  # fmt: skip
    assert clerk.browser.fault == "municipality.moved-in-future"
    relationship = next(
        n for form in clerk.browser.page.forms for n in form.fields if n.startswith("relationship-")
    )
    today = stage.today
    day = {
        "moved_on__year": str(today.year), "moved_on__month": str(today.month),
        "moved_on__day": str(today.day),
    }  # fmt: skip
    clerk.browser.press("Enter provisionally", **day, **{relationship.replace("-", "__"): "孫"})
    assert clerk.browser.fault == "municipality.bad-relationship"
    clerk.browser.press("Enter provisionally", **day, **{relationship.replace("-", "__"): "妻"})
    assert clerk.browser.fault == "municipality.head-is-another"
    included = relationship.replace("relationship-", "included-")
    clerk.browser.press("Enter provisionally", **day, **{included.replace("-", "__"): False})
    assert clerk.browser.fault == "municipality.nobody-chosen"
    clerk.browser.press("Enter provisionally", **day,
                        **{included.replace("-", "__"): True,
                           relationship.replace("-", "__"): "世帯主"})  # fmt: skip
    clerk.browser.expect("provisional").press("Send back", because="")
    assert clerk.browser.fault == "municipality.reason-needed"
    clerk.browser.press("Send back", because="続柄を確かめてください").expect("visitor identified")
    clerk.browser.expect("Sent the case back to the counter").expect("続柄を確かめてください")


def test_a_protected_person_is_shown_to_nobody(stage, person):
    misaki = person("伊藤　美咲")
    browser = moving.sign_in(stage, misaki, stage.origin("portal"), "/move", moving.HANAKO)
    browser.expect("give notice for yourself alone").expect("ask at the counter of Yokohama")
    assert not browser.has("伊藤　陸")
    moving.fill_in(stage, browser, postcode=SAPPORO_TOWN)
    browser.press("Sign and send")
    misaki.tap(password=moving.PASSWORD)
    case = moving.case_of(browser)
    clerk = moving.at_notice(stage, case)
    clerk.browser.expect("protected: not shown")
    assert not clerk.browser.has(moving.BLOCK)
    assert clerk.browser.press("Accept").fault == "municipality.child-left-alone"
    clerk.browser.press("Accept", care="祖母が世話をする").expect("accepted")
    page = arrived(stage, case, misaki.card)
    page.click("Ito").expect("This person is protected")
    on_timeline(stage, misaki, case, "The old city closed your record")
    old = moving.clerk_at(stage, OLD, "鈴木　真理", moving.OLD_CLERK).browser
    record = old.get(
        f"{stage.origin(OLD)}/desk/residents?q=イトウ　ミサキ&purpose=certificate"
    ).click("Ito")
    record.expect("Closed")
    assert not record.has(moving.BLOCK)


def test_who_returns_gets_the_old_number_again(stage, person):
    shun = person("小林　駿")
    clerk = moving.clerk_at(stage, NEW, "木村　直子", moving.NEW_CLERK).browser
    before = clerk.get(f"{stage.origin(NEW)}/desk/residents?q=コバヤシ　シュン&purpose=certificate")
    number = before.page.xpath("//main//table//td")[0].text_content()
    case = notice(stage, shun)
    accept(stage, case)
    page = arrived(stage, case, shun.card)
    page.click("Kobayashi")
    assert page.url.endswith(f"/{number}")
    page.expect("moved in from another city").expect("Resident")


def test_a_move_within_the_city_needs_one_desk(stage, person):
    ken = person("中村　健")
    case = notice(stage, ken, movers=1, postcode="0640820")
    page = arrived(stage, case, ken.card)
    page.click("Nakamura").expect("moved within the city").expect("Resident")
    on_timeline(stage, ken, case, "You are registered at the new address")
    # The change of address ends the signing certificate within the minute.
    again = person("中村　健")
    moving.sign_in(stage, again, stage.origin("portal"), "/move", moving.HANAKO)
    moving.fill_in(stage, again.browser, movers=1, postcode=FUKUOKA_TOWN)
    again.browser.press("Sign and send")
    again.tap(password=moving.PASSWORD)
    assert again.browser.fault == "jpki.lapsed-by-change"
    again.browser.get(f"{stage.origin('portal')}/move").click("Stop and delete this draft").press(
        "Delete it"
    )


def test_residents_are_no_staff(stage, person):
    kiyo = person("髙橋　キヨ")
    browser = moving.sign_in(stage, kiyo, stage.origin(OLD), "/desk", moving.HANAKO)
    assert browser.fault == "kit.not-staff"
    clerk = person("鈴木　真理")
    browser = moving.sign_in(stage, clerk, stage.origin(NEW), "/desk", moving.HANAKO)
    assert browser.fault == "kit.not-staff"


def test_a_correction_ex_officio_is_a_version_with_its_reason(stage, person):
    """A clerk corrects a reading and a name; the network hears of the name, the certificate lapses."""
    clerk = moving.clerk_at(stage, OLD, "鈴木　真理", moving.OLD_CLERK).browser
    clerk.get(f"{stage.origin(OLD)}/desk/residents?q=カトウ　ヨウコ&purpose=certificate").click(
        "Kato"
    )
    clerk.press("Look at the correction", kana="かとう", because="届出書による")
    assert clerk.fault == "names.bad-kana"
    look = "Look at the correction"
    clerk.press(look, kana="カトウ　ヨオコ", because="").expect("Please fill this in")
    clerk.press(look, name="", because="届出書による").expect("Please fill this in")
    clerk.press(look, name="加藤　洋子", kana="カトウ　ヨウコ", because="届出書による")
    assert clerk.fault == "municipality.nothing-corrected"
    clerk.press(look, kana="カトウ　ヨオコ", name="加藤　容子", because="戸籍の記載による")
    clerk.expect("Nothing is written yet").press("Correct")
    clerk.expect("加藤 容子").expect("corrected ex officio").expect("record written anew")
    senior = moving.clerk_at(stage, OLD, "田中　修", moving.OLD_CLERK).browser
    senior.get(f"{stage.origin(OLD)}/desk/letters").expect("None")


def test_a_callback_that_was_not_begun_here_and_a_form_after_the_session(stage, person):
    somebody = person("松本　玲")
    browser = somebody.browser
    browser.get(f"{stage.origin('portal')}/signin/callback?state=guess&code=guess")
    assert browser.fault == "signin.not-begun-here"
    browser._walk("POST", f"{stage.origin('portal')}/move/discard", {"_page": "/"})
    somebody.tap(pin=moving.PIN)
    assert browser.fault == "web.session-ended", "nothing was done, and the page says so"


def test_an_operator_sees_waiting_letters_and_others_may_not_send_them(stage, person):
    senior = moving.clerk_at(stage, OLD, "田中　修", moving.OLD_CLERK).browser
    senior.get(f"{stage.origin(OLD)}/desk/letters").expect("Letters that wait")
    clerk = moving.clerk_at(stage, OLD, "鈴木　真理", moving.OLD_CLERK).browser
    clerk._walk(
        "POST", f"{stage.origin(OLD)}/desk/letters", {"message_id": str(uuid4()), "way": "in"}
    )
    assert clerk.fault == "kit.not-your-role"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/desk/out/MV-0000000000000000", "municipality.unknown-case"),
        ("/desk/in/MV-0000000000000000", "municipality.unknown-case"),
        ("/desk/residents/0000000000?look_for=notice", "municipality.unknown-resident"),
    ],
)
def test_what_is_not_there(stage, person, path, code):
    clerk = moving.clerk_at(stage, OLD, "鈴木　真理", moving.OLD_CLERK).browser
    assert clerk.get(f"{stage.origin(OLD)}{path}").fault == code


def towns_of_a_postcode(browser, stage):
    """One's own; a tower's floor; one number of two wards, for all towns that nobody lists."""
    browser.press("Find the address", postcode="8120011")
    browser.press("Next", block="博多駅前2-9-3").expect("You live at this address already")
    browser.press("Find the address", postcode="2208101").expect("ランドマークタワー")
    browser.press("Next", block="2-2-1")
    browser.get(f"{stage.origin('portal')}/move/where")
    assert browser.page.get_element_by_id("building").get("value").startswith("ランドマークタワー")
    browser.press("Find the address", postcode="0040000", building="")  # one number, two wards
    browser.press("Next", block="1", other_town="").expect("Choose the town")
    browser.press("Next", town=browser.fields("town")[1], other_town="Shin").expect("in Japanese")
    browser.press("Next", block="1①").expect("cannot be written on a card")
    browser.press("Next", block="x").expect("A block has a number")
    browser.press("Next", town=browser.fields("town")[1], other_town="新しい町", block="1")
    browser.get(f"{stage.origin('portal')}/move/where")
    assert browser.page.get_element_by_id("town-2").get("checked") is not None
    assert browser.page.get_element_by_id("other_town").get("value") == "新しい町"


def test_the_portal_says_what_cannot_be(stage, person):
    """A date out of range, a city that is not here, a second move, and another time for the visit."""
    masao = person("井上　正雄")
    browser = moving.sign_in(stage, masao, stage.origin("portal"), "/move", moving.HANAKO)
    assert not browser.get(f"{stage.origin('portal')}/").has("not sent yet"), "nothing was answered"
    browser.get(f"{stage.origin('portal')}/move").press(
        "Next"
    )  # who lives alone is asked one thing
    browser.press("Find the address", postcode="0000000").expect("This postcode is not known")
    browser.press("Find the address", postcode="1000001")
    assert browser.fault == "portal.city-not-here"
    assert browser.page.get_element_by_id("postcode").get("aria-invalid") == "true"
    assert not browser.fields("block"), "nothing more is asked of a city that is not here"
    browser.get(f"{stage.origin('portal')}/move/where")
    towns_of_a_postcode(browser, stage)
    browser.press("Find the address", postcode=SAPPORO_TOWN)
    browser.press("Next", block="").expect("Enter the block number")
    browser.press("Next", block="1")
    far = stage.today + timedelta(days=60)
    browser.press("Next", moves_on__year=str(far.year), moves_on__month=str(far.month),
                  moves_on__day=str(far.day)).expect("Today you can give notice")  # fmt: skip
    browser.press("Next", moves_on__year="2026", moves_on__month="2", moves_on__day="30")
    browser.expect("There is no such day")
    day = stage.today
    browser.press("Next", moves_on__year=str(day.year), moves_on__month=str(day.month),
                  moves_on__day=str(day.day))  # fmt: skip
    browser.press("Next").expect("Choose a time")
    browser.press("Next", slot=browser.fields("slot")[0])
    browser.press("Next", phone="call me").expect("Enter the telephone number")
    browser.press("Next", phone="", email="a@b@c").expect("Enter the whole e-mail address")
    browser.press("Next", phone="090ー1234−5678", email="").press("Sign and send")
    masao.tap(password=moving.PASSWORD)
    case = moving.case_of(browser.expect("Your notice was sent"))
    home = browser.get(f"{stage.origin('portal')}/")
    tomorrow = "Your visit is tomorrow"  # where the next day is an open one
    home.click(tomorrow if home.has(tomorrow) else "Your visit to the counter")
    assert browser.url.endswith(f"/moves/{case}")
    browser.get(f"{stage.origin('portal')}/move")
    assert browser.fault == "portal.already-moving"
    assert f"/moves/{case}" in browser.url, "the refusal stands on the page where one can act"
    browser.get(f"{stage.origin('portal')}/moves/{case}/visit")
    browser.press("Change", slot=browser.fields("slot")[3])
    on_timeline(stage, masao, case, "Appointment changed")
    stranger = person("山田　颯太")
    other = moving.sign_in(stage, stranger, stage.origin("portal"), f"/moves/{case}", moving.HANAKO)
    assert other.fault == "portal.unknown-case"
    browser.get(f"{stage.origin('portal')}/accesses").expect("Who looked at your data")
    cells = [
        p.text_content()
        for p in browser.page.xpath("//ol[@class='record-list']/li/p[not(@class='hint')]")
    ]
    assert len(cells) > 16
    assert not any(PIN in cell for cell in cells), (
        "the last one is the record's number, which may be any"
    )


def test_every_institution_tells_its_health(stage, person):
    browser = person("").browser
    for institution in ("portal", "identity", "jpki", "jukinet", "terminal", "society", OLD, NEW):
        browser.get(f"{stage.origin(institution)}/healthz")
        assert b'"ok"' in browser.content, institution
        browser.get(f"{stage.origin(institution)}/metrics")
        assert browser.status == 404, institution
