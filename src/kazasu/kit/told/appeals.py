"""教示: what who is given a disposition is told in writing of how to object to it.

行政不服審査法 82条1項: that a request for review can be made, to which agency, and within which time; 18条: three months from the day after they
knew of it, and one year from the day after it was made; 4条1号: to a mayor who has no agency above them, that mayor (of a ward of a designated
city the mayor of the city). 行政事件訴訟法 46条1項, 14条: an action, against whom, and within six months. That a notice is not accepted is a
disposition was decided of a notice of moving in (大阪高裁 平成23年12月7日 平成23(行コ)100, where it was held against the city that it had told
nothing); that it is one of a notice of moving out, too, is taken from it and is simulated: no decision on one was found.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from kazasu.foundation.text import Text
from kazasu.foundation.time.dates import long_date

REVIEW_MONTHS: Final = 3
ACTION_MONTHS: Final = 6
TITLE: Final = Text(
    "この決定に不服があるとき", "If you object to this decision", "この 決定が おかしいと 思うとき"
)


def how_to_object(city: Text, decided_on: date) -> Sequence[Text]:
    """Of a mayor's disposition: one sentence for the review, one for the action. The first day is not theirs to know: it is the one after
    they learnt of it."""
    on = Text(long_date(decided_on), long_date(decided_on, "en"))
    return (
        Text(
            f"この決定（{on.ja}）があったことを知った日の翌日から{REVIEW_MONTHS}か月以内に、{city.ja}長に審査請求をすることができます（行政不服審査法）。"
            "知らなくても、決定の日の翌日から1年を過ぎると、正当な理由がなければできません。",
            f"Within {REVIEW_MONTHS} months from the day after you learnt of this decision (of {on.en}) you can request its review by the mayor of "
            f"{city.en} (Administrative Complaint Review Act). One year after the decision that ends, unless there is good reason.",
            f"{city.ja}長に、しらべ直すように 言えます。決定を 知ってから {REVIEW_MONTHS}か月の 間です。",
        ),
        Text(
            f"また、知った日の翌日から{ACTION_MONTHS}か月以内に、{city.ja}を被告として（代表者は{city.ja}長）、裁判所に取消しの訴えを起こすことができます（行政事件訴訟法）。"
            "審査請求をしたときは、その裁決を知った日の翌日から数えます。どちらも、決定の日（裁決の日）の翌日から1年を過ぎると、正当な理由がなければできません。",
            f"You can also sue {city.en}, represented by its mayor, for its revocation, within {ACTION_MONTHS} months from the day after you learnt of it, or "
            "of what the review came to (Administrative Case Litigation Act). One year after the decision, or after the review, that ends, unless there "
            "is good reason.",
            f"{ACTION_MONTHS}か月の 間に、裁判を することも できます。",
        ),
        Text(
            "訂正して届け出直すこともできます。届け出直しても、審査請求はできます。",
            "You can also correct it and give notice anew. That takes nothing from your right to a review.",
            "直して、もう一度 出すことも できます。",
        ),
    )
