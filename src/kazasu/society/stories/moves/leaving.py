"""The first steps of every move: the notice, and what the old city says to it."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from kazasu.foundation.text import Text
from kazasu.society.stories import moving
from kazasu.society.stories.browser import Browser, NotOnPage
from kazasu.society.stories.moves.tale import (
    PORTAL,
    Act,
    Party,
    Seen,
    Step,
    Tale,
    applicant,
    must,
    old_clerk,
    planned_clerk,
    room_at,
)
from kazasu.society.stories.moving import PASSWORD
from kazasu.society.stories.stage import Person

CARE: Final = "残る子どもは祖母が世話をすることを、本人に確かめた"
"""What the decider writes of children who stay."""
ANYBODY: Final = "同居人"
"""What anybody may be to a head, with a reason."""
ASKED: Final = "本人に確かめた"
"""What a relationship rests on, where the desk wants to know."""


# ---------------------------------------------------------------- notice


def write_notice(tale: Tale, party: Party) -> Browser:
    """The wizard up to the document that is signed: at the reader, before the card."""
    party.moves_on = tale.stage.today + timedelta(days=party.moves_in)
    party.signed_with = tale.doors.signing_certificate(party.applicant)
    browser = tale.doors.portal(party.applicant, "/move")
    moving.fill_in(
        tale.stage, browser, who=party.applicant.who, moves_on=party.moves_on,
        **room_at(tale, party), **named(party),
    )  # fmt: skip
    return browser.press("Sign and send").expect("The document you sign")


def named(party: Party) -> dict[str, Any]:
    """Who moves and who heads them, as the wizard asks it; who lives alone is not asked, nor is who is shown nobody else."""
    alone = len(party.going) + len(party.staying) == 1 or party.lives_hidden
    heads = next((one for one in party.going if not one.is_child), party.applicant)
    return {
        "names": () if alone else [one.name for one in party.going],
        "head": "" if alone or party.joins else heads.name,
        "joins": party.joins is not None,
    }


def write_only(tale: Tale, party: Party) -> None:
    """The card never signs."""
    write_notice(tale, party)


def give_notice(tale: Tale, party: Party) -> None:
    browser = write_notice(tale, party)
    Person(tale.stage, party.applicant.card, browser).tap(password=PASSWORD)
    party.case = moving.case_of(browser.expect("Your notice was sent"))


def at_the_old_desk(tale: Tale, party: Party) -> None:
    """It is in the list by the applicant's name, and says what was signed."""

    def there() -> bool:
        with suppress(NotOnPage):
            page = tale.doors.desk(party.old, "/desk/out").click(party.applicant.name)
            return page.has("checked, to be decided")
        return False

    tale.doors.until(f"a notice of {party.applicant.read} at {party.old}", there)
    page = tale.doors.desk(party.old, f"/desk/out/{party.case}")
    page.expect("Signature and certificate are good")
    for one in party.going:
        page.expect(one.name)
    block = room_at(tale, party)["block"]
    if veiled := page.has(moving.UNVEIL):
        must(so=not page.has(block), what="where a protected person goes is on the page")
    else:
        page.expect(block)
    must(
        so=veiled or not party.is_protected, what="a protected person moves, and nothing is veiled"
    )


def expected_at_the_new_desk(tale: Tale, party: Party) -> None:
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"the reservation of {party.case} at {party.planned}",
        lambda: tale.doors.desk(party.planned, page).has("certificate data missing"),
    )


NOTICE: Final = Step(
    "notice",
    applicant,
    Text(
        "{count}人の引越しを、{planned}へ、署名して届け出る（受付番号 {case}）",
        "signs and sends a notice for {count} to {planned_en} (case {case})",
    ),
    give_notice,
    (
        Seen(
            old_clerk,
            Text("一覧に{whom}の届出があり、署名と内容が合う",
                 "finds the notice of {whom_en} in the list: signature and contents are as they should be"),
            at_the_old_desk,
        ),
        Seen(
            planned_clerk,
            Text("予約だけが先に届いている", "has the reservation, and nothing else yet"),
            expected_at_the_new_desk,
        ),
    ),
    falsely=write_only,
)  # fmt: skip


# ---------------------------------------------------------------- acceptance


def decide(tale: Tale, party: Party) -> Browser:
    """The old city's page of a notice that the machine has checked."""
    page = f"/desk/out/{party.case}"
    tale.doors.until(
        "the machine’s checks",
        lambda: tale.doors.desk(party.old, page).has("checked, to be decided"),
    )
    return tale.doors.desk(party.old, page)


def accept(tale: Tale, party: Party) -> None:
    accept_as(tale, party, "子")


def accept_as(tale: Tale, party: Party, child: str) -> None:
    """Args: child: how the children who stay are written to their new head."""
    page = decide(tale, party)
    press_of_rest(page, "Accept", **those_who_stay(page, party, "new_head", child))
    page.expect("accepted")


def press_of_rest(page: Browser, button: str, **fields: Any) -> None:
    """Where the register does not say how somebody stands to the new head of those who stay, the desk asks, and is told."""
    page.press(button, **fields)
    if page.fault == "municipality.related-anew":
        empty = [one for one in page.named("standing-") if not page.value(one)]
        told = {one.replace("-", "__"): ANYBODY for one in empty}
        page.press(button, **told, **said_why(page, "standing_because"))


def those_who_stay(page: Browser, party: Party, head: str, child: str = "子") -> dict[str, Any]:
    """What a decision says of them, where its page asks: who cares for children, who heads them, and how they stand to that head.

    Args:
        head: the field in which their head is named.
    """
    fields: dict[str, Any] = {"care": CARE} if page.named("care") else {}
    if party.new_head is not None and page.named(head):
        option = page.page.xpath(
            f"//select[@name='{head}']/option[contains(., '{party.new_head.name}')]"
        )
        fields[head] = option[0].get("value")
        for name in page.named("standing-"):
            who = page.page.xpath(f"//input[@name='{name}']/ancestor::tr//th")[0].text_content()
            who = " ".join(who.split())
            child_of = any(one.shown in who for one in party.staying if one.is_child)
            fields[name.replace("-", "__")] = child if child_of else ""
    return fields | said_why(page, "standing_because")


def said_why(page: Browser, field: str) -> dict[str, str]:
    """Where the desk asks what a relationship rests on, it is told; on a page without that field nothing is."""
    return {field: ASKED} if field in page.named(field) else {}


def ask_for_a_correction(tale: Tale, party: Party) -> None:
    page = decide(tale, party).click("Ask for a correction")
    page.press("Ask for a correction", note=tale.kept["note"]).expect("waiting for a correction")


def answer_otherwise(tale: Tale, party: Party) -> None:
    """The notice comes back instead of being accepted."""
    tale.kept["note"] = "もう一度確かめてください"
    ask_for_a_correction(tale, party)


def data_at_the_new_desk(tale: Tale, party: Party) -> None:
    page = f"/desk/in/{party.case}"
    tale.doors.until(
        f"the certificate data of {party.case} at {party.planned}",
        lambda: tale.doors.desk(party.planned, page).has("Have the visitor hold their card"),
    )
    for one in party.going:
        tale.doors.desk(party.planned, page).expect(one.name)


def on_the_timeline(*words: str) -> Act:
    """The resident reads all of this on the page of the move."""

    def look(tale: Tale, party: Party) -> None:
        tale.doors.until(
            ", ".join(words),
            lambda: all(map(tale.doors.portal(party.applicant, f"/moves/{party.case}").has, words)),
        )

    return look


ACCEPT: Final = Step(
    "accept",
    old_clerk,
    Text("転出届を受理する", "accepts the notice of moving out"),
    accept,
    (
        Seen(
            planned_clerk,
            Text("{count}人の転出証明書情報が届いている", "has the certificate data of everybody ({count})"),
            data_at_the_new_desk,
        ),
        Seen(
            PORTAL,
            Text("受理と、窓口の準備ができたことを{whom}に伝える",
                 "tells {whom_en} that it is accepted and the counter is ready"),
            on_the_timeline("Notice of moving out accepted", "The counter is ready for you"),
        ),
    ),
    falsely=answer_otherwise,
)  # fmt: skip
