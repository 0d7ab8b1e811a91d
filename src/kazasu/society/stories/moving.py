"""The one-stop move: a family goes from Yokohama to Sapporo (municipal §1.1), and others as it happens in life.

Notice and reservation signed once → old city accepts → certificate data ahead → visit, tap, compare →
registered, old record closed → card continued. :mod:`.moves` plays it by choice, with each step read back at another
institution; here are the hands that do it, and a short walk for stories in which somebody moves, too.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import next_open
from kazasu.society.stories.browser import Browser, NotOnPage
from kazasu.society.stories.stage import Person, Stage

SUMMARY: Final = Text("引越し。どの引越しかを選べる", "Moving house; which move can be chosen")
OLD, NEW = "city:141003", "city:011002"
PIN, PASSWORD = "1234", "ABC123"
HANAKO = Text("佐藤花子さん", "Hanako")
OLD_CLERK, NEW_CLERK = (
    Text("横浜市の職員", "Yokohama's clerk"),
    Text("札幌市の職員", "Sapporo's clerk"),
)
CITY, NETWORK = Text("横浜市", "Yokohama"), Text("機関", "The institutions")
POSTCODE, BLOCK, BUILDING = "0600042", "３丁目６番地", "ハイツ大通　３０５"


def play(stage: Stage) -> None:
    """Raises NotOnPage (an AssertionError) where the country does not do what it should."""
    hanako = Person(stage, "佐藤　花子", stage.browser())
    case = give_notice(stage, hanako)
    accept(stage, case)
    arrive(stage, case)
    close(stage, hanako, case)


def sign_in(stage: Stage, person: Person, origin: str, path: str, who: Text) -> Browser:
    """Open a page that needs a sign-in; hold the card."""
    person.browser.get(f"{origin}{path}")
    person.tap(pin=PIN)
    stage.tell(
        who,
        Text("カードをかざしてサインイン（{steps} 回の転送、{origin}）",
             "signs in by holding the card ({steps} hops, {origin})"),
        steps=len(person.browser.visited), origin=origin,
    )  # fmt: skip
    return person.browser


def give_notice(
    stage: Stage,
    person: Person,
    *,
    who: Text = HANAKO,
    movers: int = 0,
    moves_on: date | None = None,
    postcode: str = POSTCODE,
    joins: bool = False,
) -> str:
    """The wizard from begin to signature. Returns the case's number. Arguments as :func:`fill_in`."""
    sign_in(stage, person, stage.origin("portal"), "/move", who)
    fill_in(stage, person.browser, who=who, movers=movers, moves_on=moves_on, postcode=postcode,
            joins=joins)  # fmt: skip
    person.browser.expect("Sign and send").press("Sign and send")
    person.browser.expect("The document you sign")
    person.tap(password=PASSWORD)
    case = case_of(person.browser.expect("Your notice was sent"))
    stage.tell(who, Text("届出を署名して送る（受付番号 {case}）", "signs the notice and sends it (case {case})"),
               case=case)  # fmt: skip
    return case


def fill_in(
    stage: Stage,
    browser: Browser,
    *,
    who: Text = HANAKO,
    movers: int = 0,
    names: Collection[str] = (),
    head: str = "",
    moves_on: date | None = None,
    postcode: str = POSTCODE,
    block: str = BLOCK,
    building: str = BUILDING,
    joins: bool = False,
) -> None:
    """The wizard's screens up to the review.

    Args:
        movers: how many of the household move, counted from its head; 0: all.
        names: who of them moves, by name; none: as ``movers`` says.
        head: who heads the household at the new address; empty: the first who moves.
        joins: they join a household that is there already.
    """
    count = say_who(browser, movers=movers, names=names, head=head, joins=joins)
    stage.tell(who, Text("世帯から{count}人を選ぶ（台帳から出ている）",
                         "chooses {count} of the household, whom the register knows"),
               count=count)  # fmt: skip
    say_where(browser, postcode, block, building)
    day = moves_on or stage.today
    say_when(browser, day)
    slot = choose_a_time(browser)
    browser.press("Next", phone="090-0000-0000")
    stage.tell(who, Text("{day} に引っ越し、窓口は {slot} を予約", "moves on {day}; reserves {slot}"),
               day=day, slot=slot.replace("|", " "))  # fmt: skip


def say_who(
    browser: Browser,
    *,
    movers: int = 0,
    names: Collection[str] = (),
    head: str = "",
    joins: bool = False,
) -> int:
    """Returns how many. Arguments as :func:`fill_in`."""
    members = browser.expect("Who moves").fields("chosen")
    chosen = members[:movers] if movers else members
    if names:
        chosen = [_of(browser, "chosen", name) for name in names]
    # Who lives alone is asked neither who moves nor who heads it.
    heads = _of(browser, "new_head", head) if head and len(members) > 1 else chosen[0]
    asked = {"chosen": chosen, "new_head": heads} if len(members) > 1 else {}
    browser.press("Next", joins=joins, **asked)
    return len(chosen)


def say_where(browser: Browser, postcode: str, block: str, building: str) -> None:
    browser.press("Find the address", postcode=postcode)
    towns = browser.fields("town")
    town = {"town": towns[0]} if towns else {}
    browser.press("Next", block=block, building=building, **town)


def say_when(browser: Browser, day: date) -> None:
    browser.press("Next", moves_on__year=str(day.year), moves_on__month=str(day.month),
                  moves_on__day=str(day.day))  # fmt: skip


def choose_a_time(browser: Browser) -> str:
    """The first that is free."""
    slot = browser.fields("slot")[0]
    browser.press("Next", slot=slot)
    return slot


def _of(browser: Browser, name: str, person: str) -> str:
    """The value of the input beside which somebody's name stands."""
    plain = " ".join(person.split())
    found = [value for label, value in browser.choices(name).items() if plain in label]
    if len(found) != 1:
        raise NotOnPage(f"{person} is {len(found)} times among {name} on {browser.url}")
    return found[0]


def case_of(browser: Browser) -> str:
    """The case's number, from the address of its page."""
    return browser.url.rpartition("/")[2].partition("?")[0]


def clerk_at(stage: Stage, city: str, name: str, who: Text) -> Person:
    person = Person(stage, name, stage.browser())
    sign_in(stage, person, stage.origin(city), "/desk", who)
    return person


def accept(stage: Stage, case: str) -> None:
    """Yokohama: the machine has checked; the clerk accepts."""
    clerk = at_notice(stage, case)
    clerk.browser.expect("Signature and certificate are good")
    stage.tell(OLD_CLERK, Text("機械の確認（署名・本人・世帯・期間）を見る",
                               "reads the machine's checks: signature, person, household, period"))  # fmt: skip
    clerk.browser.press("Accept").expect("accepted")
    stage.tell(OLD_CLERK, Text("転出届を受理。転出証明書情報が札幌市へ先に送られる",
                               "accepts: the certificate data go ahead to Sapporo"))  # fmt: skip


def at_notice(stage: Stage, case: str) -> Person:
    """Yokohama's clerk before a notice that the machine has checked."""
    clerk = clerk_at(stage, OLD, "鈴木　真理", OLD_CLERK)
    page = f"{stage.origin(OLD)}/desk/out/{case}"
    stage.until("the machine's checks", lambda: clerk.browser.get(page).has("checked, to be"))
    return clerk


def arrive(stage: Stage, case: str) -> None:
    """Sapporo: the visit, the card, provisional entry, registration, the card continued."""
    clerk = at_arrival(stage, case)
    form = clerk.browser.get(f"{stage.origin(NEW)}/desk/in/{case}/form.pdf")
    if not form.content.startswith(b"%PDF"):
        raise NotOnPage("the pre-printed form is no PDF")
    stage.tell(NEW_CLERK, Text("準備済。転入届を印字（PDF {size} バイト）",
                               "all is ready; prints the notice of moving in (PDF, {size} bytes)"),
               size=len(form.content))  # fmt: skip
    stage.set_day(next_open(stage.today + timedelta(days=1)))
    clerk = at_arrival(stage, case)
    identify(clerk, "佐藤　花子")
    clerk.browser.expect("Card and data compared")
    if clerk.browser.has("DIFFERENT"):
        raise NotOnPage("card and certificate data differ")
    stage.tell(NEW_CLERK, Text("来庁した花子さんのカードと情報を比べる（四項目とも一致）",
                               "compares Hanako's card with the data: all four items agree"))  # fmt: skip
    clerk.browser.press("Enter provisionally").expect("provisional")
    stage.tell(NEW_CLERK, Text("届出を仮登録", "enters the notice provisionally"))
    clerk.browser.press("Register").expect("registered")
    stage.tell(NEW_CLERK, Text("決裁して本登録。移転の札は一度だけ使われる",
                               "registers: each transfer token is used exactly once"))  # fmt: skip
    continue_card(stage, clerk)


def at_arrival(stage: Stage, case: str, city: str = NEW, name: str = "木村　直子") -> Person:
    """The new city's clerk before an arrival for which everything is there."""
    clerk = clerk_at(stage, city, name, NEW_CLERK)
    page = f"{stage.origin(city)}/desk/in/{case}"
    stage.until("the certificate data", lambda: clerk.browser.get(page).has("Have the visitor"))
    return clerk


LOOK: Final = "Record it and open"
"""The button that says what a record is looked at for, where it is opened by its number."""
UNVEIL = "Record the reason and show the address"
HIDDEN = "(protected: not shown)"
"""In the place of an address; who may not see it at all is offered no :data:`UNVEIL`."""


def identify(clerk: Person, visitor: str) -> None:
    """The visitor holds their card at the clerk's desk. Of a protected one the clerk says what their address is looked at for."""
    clerk.browser.press("Have the visitor hold their card")
    Person(clerk.stage, visitor, clerk.browser).tap(pin=PIN)
    if clerk.browser.has(UNVEIL):
        clerk.browser.press(UNVEIL, purpose="notice")


def continue_card(stage: Stage, clerk: Person) -> None:
    def held() -> bool:
        """Faster than people are: J-LIS may not have heard yet where she is registered now."""
        clerk.browser.get(f"{stage.origin(NEW)}/desk/cards")
        clerk.browser.press("Hold the card: Sato Hanako 佐藤　花子")
        Person(stage, "佐藤　花子", clerk.browser).tap(pin=PIN)
        return clerk.browser.fault != "jpki.not-registered-there"

    stage.until("the network's word at J-LIS", held)
    clerk.browser.expect("Cards to update")
    stage.tell(NEW_CLERK, Text("花子さんのカードに新しい住所と署名用証明書を書き込む（継続利用）",
                               "has Hanako's card continued: new address, new signing certificate"))  # fmt: skip


def close(stage: Stage, hanako: Person, case: str) -> None:
    """The timeline ends by itself, the old record is closed, and the new card signs in again."""
    page = f"{stage.origin('portal')}/moves/{case}"
    hanako = Person(stage, hanako.card, stage.browser())
    sign_in(stage, hanako, stage.origin("portal"), f"/moves/{case}", HANAKO)
    stage.until(
        "the old record closed",
        lambda: hanako.browser.get(page).has("The old city closed your record"),
    )
    hanako.browser.expect("The new address was written to a card")
    stage.tell(HANAKO, Text("進みぐあいの最後まで見る。前の記録は閉じられた",
                            "reads the timeline to its end: the old record is closed"))  # fmt: skip
    browser = hanako.browser.get(f"{stage.origin('portal')}/accesses")
    browser.expect("Who looked at your data")
    stage.tell(
        HANAKO, Text("自分の情報を見た機関の一覧を確かめる", "looks who has looked at her data")
    )
