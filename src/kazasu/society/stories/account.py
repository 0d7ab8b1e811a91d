"""A bank that knows its customer: Hanako opens an account, moves, and writes to nobody (identity §3).

Opened with one signature → moves to Sapporo → the bank is told, because she agreed → she ends the consent
→ the bank gets nothing more.
"""

from typing import Final

from kazasu.foundation.text import Text
from kazasu.society.stories import moving
from kazasu.society.stories.moving import HANAKO, PASSWORD
from kazasu.society.stories.stage import Person, Stage

SUMMARY: Final = Text(
    "佐藤花子さんが口座を開き、引っ越す。銀行へのはがきはいらない",
    "Hanako opens an account and moves house; her bank needs no postcard",
)
BANK: Final = Text("ひなた銀行", "Hinata Bank")
NEW_CITY: Final = "札幌市"


def play(stage: Stage) -> None:
    """Raises NotOnPage (an AssertionError) where the country does not do what it should."""
    hanako = Person(stage, "佐藤　花子", stage.browser())
    open_account(stage, hanako)
    if not agree(stage, hanako):
        return
    moving.play(stage)
    is_informed(stage)
    withdraw(stage)


def open_account(stage: Stage, person: Person, who: Text = HANAKO) -> None:
    """From why to the question about changes, which is open after it."""
    browser = person.browser.get(f"{stage.origin('bank')}/")
    browser.click("Open an account").expect("costs nothing").click("Begin")
    browser.press("Next", purpose="living").press("Next", occupation="employee")
    stage.tell(who, Text("口座を申し込む。入力したのは使いみちと職業だけ",
                         "applies for an account; all she is asked is its use and her work"))  # fmt: skip
    browser.press("Sign and apply").expect("The document you sign")
    person.tap(password=PASSWORD)
    browser.expect("Your account is open")
    stage.tell(who, Text("申込みに署名する。氏名・住所・生年月日・性別は証明書から銀行へ",
                         "signs the application: the bank has her four attributes from the certificate"))  # fmt: skip


def agree(stage: Stage, person: Person, who: Text = HANAKO) -> bool:
    """The consent, in a tap of its own. False where no service for latest attributes is open:
    the account works all the same."""
    browser = person.browser.press("Agree and sign")
    if fault := browser.fault:
        browser.press("Do not agree").expect("Your account is open")
        stage.tell(BANK, Text("最新の情報のサービスがないので、同意なしで終わる（{fault}）",
                              "there is no service for latest attributes, so it ends without ({fault})"),
                   fault=fault)  # fmt: skip
        return False
    browser.expect("The document you sign")
    person.tap(password=PASSWORD)
    browser.expect("Your account is open").expect("There is nothing for you to do")
    stage.tell(who, Text("変更を知らせる同意に、別の署名をする", "agrees to changes being told, by a signature of its own"))  # fmt: skip
    return True


def at_home(stage: Stage) -> Person:
    """Hanako at the bank, signed in anew: sessions are short, and the country's clock has moved."""
    hanako = Person(stage, "佐藤　花子", stage.browser())
    moving.sign_in(stage, hanako, stage.origin("bank"), "/home", HANAKO)
    return hanako


def is_informed(stage: Stage) -> None:
    """The bank has the new address: nobody wrote to it."""
    hanako = at_home(stage)
    home = f"{stage.origin('bank')}/home"
    stage.until("the new address at the bank", lambda: hanako.browser.get(home).has(NEW_CITY))
    hanako.browser.expect("No postcard, no form")
    stage.tell(BANK, Text("新しい住所を受け取った。古い住所と証拠は履歴に残る",
                          "has the new address; the old one and the proof are in the history"))  # fmt: skip


def withdraw(stage: Stage) -> None:
    """She ends the consent where she sees all of them; the bank, which still has a page open, gets nothing more."""
    bank = at_home(stage)
    bank.browser.get(f"{stage.origin('bank')}/consents").expect("in force")
    hanako = Person(stage, "佐藤　花子", stage.browser())
    moving.sign_in(stage, hanako, stage.origin("identity"), "/account/latest", HANAKO)
    hanako.browser.expect("the new data were passed on")
    stage.tell(
        HANAKO,
        Text("銀行がいつ何を確かめたかを見る", "sees when the bank asked, and what came of it"),
    )
    hanako.browser.click(f"End this consent: {BANK.en}")
    hanako.browser.press("End this consent").expect("The consent has ended")
    stage.tell(
        HANAKO, Text("カード認証サービスで同意をやめる", "ends the consent at the identity service")
    )
    bank.browser.press("Check now").expect("Changes are no longer asked for")
    refused = bank.browser.get(f"{stage.origin('bank')}/consents")
    refused.expect("ended (").expect("at the identity service")
    stage.tell(
        BANK, Text("もう一度確かめようとして、断られる", "tries to ask once more, and is refused")
    )
