"""What the pages of a notice of moving ask, and what is said where an answer will not do."""

from datetime import date
from typing import Literal

from pydantic import field_validator

from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.contacts import mail, telephone
from kazasu.foundation.web import Form
from kazasu.foundation.web.forms import (
    Block,
    Building,
    DayOfNow,
    PlaceName,
    Plain,
    Wrong,
    asked,
)

CHOOSE_SOMEBODY = Text(
    "引っ越す人を選んでください", "Choose who moves", "引っ越す人を えらんでください"
)
CHOOSE_HEAD = Text(
    "世帯主は、引っ越す人から選んでください",
    "Choose the head among those who move",
    "世帯主は、引っ越す人の 中から えらんでください",
)
CHILDREN_ALONE = Text(
    "15歳未満の人だけでは引っ越せません。一緒に引っ越す人を選ぶか、いまある世帯に加わってください",
    "Nobody under 15 moves alone: choose who moves with them, or join a household",
    "15さいより 小さい人だけでは、引っ越せません。いっしょに 引っ越す 人も えらんでください",
)
CHILD_AS_HEAD = Text(
    "15歳未満の人は世帯主になれません。ほかの人を選んでください",
    "Nobody under 15 is head of a household: choose somebody else",
    "15さいより 小さい人は、世帯主に なれません。ほかの 人を えらんでください",
)
CHILDREN_STAY = Text(
    "15歳未満の人だけが残ります（{names}）。いっしょに引っ越す人も選ぶか、残る人の世話をする人がいるときは、下に印を付けてください",
    "Only people under 15 would stay: {names}. Choose them too; or, where somebody looks after them, tick so below",
    "15さいより 小さい人だけが 残ります（{names}）。その人も えらぶか、お世話を する人が いるときは、下に しるしを つけてください",
)
MOVED_ALREADY = Text(
    "引越しの届出か、国外へ移る届出が、もう受理されています（{names}）。二つ目の届出はできません。行き先を変えるときは、前の届出を出した人が、それを取り消してからにしてください（国外へ移る届出は、市区町村の窓口で）",
    "A notice of moving, within Japan or abroad, was accepted already for: {names}. There cannot be a second one. To go elsewhere, have whoever gave that notice cancel it first; one of moving abroad at the counter of the city",
    "もう 引っ越しの 手続きを しています（{names}）。ちがう ところへ 行くときは、前に 手続きを した 人が、先に やめてください",
)
SEVEN_DIGITS = Text(
    "郵便番号は、数字7けたで入力してください（例: 060-0042）",
    "A postcode has seven digits, such as 060-0042",
    "郵便番号は、数字を 7つ 書いてください（例: 060-0042）",
)
NO_SUCH_POSTCODE = Text(
    "その郵便番号は見つかりません。数字を確かめて、もう一度入力してください",
    "This postcode is not known: check its digits and enter it again",
    "その 郵便番号は ありません。数字を 見て、もう一度 書いてください",
)
ENTER_BLOCK = Text("番地を入力してください", "Enter the block number", "番地を 書いてください")
CHILD_NOT_CHOSEN = Text(
    "18歳未満の{names}が、選ばれていません。いっしょに引っ越すなら選んでください。引っ越さないなら、下の「この子は引っ越しません」を選んでください",
    "{names}, under 18, is not chosen. Choose them if they move with you; if they do not, tick “This child does not move” below",
    "18さいより 下の {names}を、えらんでいません。いっしょに 引っ越すなら、えらんでください。引っ越さないなら、下の「この 子は 引っ越しません」を えらんでください",
)
ALREADY_THERE = Text(
    "いまの住所と同じです。引っ越し先の番地を入力してください。住所の書き方だけを直すときは、市区町村の窓口へ",
    "You live at this address already. Enter the block of the new one; to have only its writing corrected ask your city",
    "いまの 住所と おなじです。引っ越す 家の 番地を 書いてください",
)
CHOOSE_TOWN = Text("町名を選んでください", "Choose the town", "町の 名前を えらんでください")
OUTSIDE = Text(
    "きょう届け出られるのは {first} から {last} までの引越しです。それより前に引っ越したときは、お住まいの市区町村の窓口で届け出てください",
    "Today you can give notice of moves from {first} to {last}. If you moved before, give notice at the counter of your city",
)
CHOOSE_SLOT = Text("日時を選んでください", "Choose a time", "日と 時間を えらんでください")
NOT_A_PHONE = Text(
    "電話番号を、市外局番から10けたか11けたで入力してください（例: 090-1234-5678）。海外の番号は + と国番号から",
    "Enter the telephone number with its area code, 10 or 11 digits, such as 090-1234-5678; one abroad with + and its country",
    "電話番号を、0から ぜんぶ 書いてください（例: 090-1234-5678）。外国の 番号は、+と 国の 番号から 書いてください",
)
NOT_A_MAIL = Text(
    "メールアドレスを、@と、その後の「.」まで入力してください（例: hanako@example.jp）",
    "Enter the whole e-mail address, such as hanako@example.jp",
    "メールアドレスを、@の 前も 後も、ぜんぶ 書いてください",
)


class WhoForm(Form):
    chosen: list[str] = asked("引っ越す人", "Who moves", "引っ越す 人", missing=CHOOSE_SOMEBODY)
    joins: bool = asked(
        "新しい住所にいる世帯に加わる",
        "We join a household that lives there already",
        "そこに 住んでいる 世帯に 入る",
        default=False,
    )
    new_head: str = asked(
        "新しい住所での世帯主",
        "Head of the household at the new address",
        "新しい 家の 世帯主",
        default="",
        needed=True,
    )
    """Of a household of their own alone: who joins another one is not asked."""
    cared_for: bool = asked(
        "残る人の世話をする人がいます。だれがするかを、市区町村に伝えます",
        "Somebody looks after who stays. I shall tell the city who does",
        "残る人の お世話を する人が います。だれが するか、役所に 伝えます",
        default=False,
    )
    """Asked of who would leave children behind alone."""
    stays: bool = asked(
        "この子は引っ越しません",
        "This child does not move",
        "この 子は 引っ越しません",
        default=False,
    )
    """Asked of who would leave a child under age that may be theirs."""


class WhereForm(Form):
    postcode: Plain = asked(
        "新しい住所の郵便番号", "Postcode of the new address", "新しい 家の 郵便番号", most=10
    )
    town: str = asked("町名", "Town", "町の 名前", default="", needed=True)
    other_town: PlaceName = asked(
        "一覧にない町名（大字・字）",
        "Town that is not listed",
        "ここに ない 町の 名前",
        default="",
        most=60,
    )
    block: Block = asked(
        "番地・号", "Block and number", "番地・号", default="", most=60, needed=True
    )
    building: Building = asked(
        "建物名・部屋番号", "Building and room", "建物の 名前・部屋の 番号", default="", most=80
    )
    act: Literal["find", "next"] = "next"
    shown: str = ""
    """The postcode whose towns were on the page: another one is looked up first."""


class WhenForm(Form):
    moves_on: DayOfNow = asked(
        "新しい家に住み始める日", "The day you begin to live there", "新しい 家に 住みはじめる 日"
    )


class SlotForm(Form):
    slot: tuple[str, date, str] = asked(
        "窓口へ行く日時", "Time of your visit", "窓口へ 行く 日と 時間", missing=CHOOSE_SLOT
    )
    """Office, day and time."""

    @field_validator("slot", mode="before")
    @classmethod
    def _parted(cls, value: list[str]) -> list[str]:
        return value[0].split("|")


class ContactForm(Form):
    phone: Plain = asked("電話番号", "Telephone", "電話の 番号", default="", most=40)
    email: Plain = asked("メールアドレス", "E-mail", "メールアドレス", default="", most=120)

    @field_validator("phone")
    @classmethod
    def _dialled(cls, phone: str) -> str:
        try:
            return phone and telephone(phone)
        except ValueError:
            raise Wrong(NOT_A_PHONE) from None

    @field_validator("email")
    @classmethod
    def _addressed(cls, email: str) -> str:
        try:
            return email and mail(email)
        except ValueError:
            raise Wrong(NOT_A_MAIL) from None
