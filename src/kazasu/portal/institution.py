"""The residents' portal (マイナポータル) as the house knows it."""

from kazasu.exchange.institution import OPERATORS_DESK, AssuredAction, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="portal",
    room="portal",
    host="portal",
    name=Text("マイナポータル（体験）", "Resident portal"),
    mark="portal",
    client=Client(
        scopes=("name", "address", "birthdate", "gender", "resident", "sign"),
        own_requests=True,
        handles=True,
        audiences=("city",),  # the notice goes to them, and they verify it
    ),
    actions=(
        AssuredAction(
            "sign-in",
            ("aal3",),
            "everything about the person is behind it",
            "マイナポータル: 利用者証明用電子証明書と暗証番号",
        ),
        AssuredAction(
            "move-notice",
            ("aal3",),
            "a notice by law, signed by who gives it",
            "住民基本台帳法 24条; 公的個人認証法 3条",
            signs=True,
        ),
        OPERATORS_DESK,
    ),
    sessions={"resident": "/signin", "staff": "/desk/signin"},
    staff=("operator",),
    about=About(
        does=Text(
            "引越しなどの届出を家から送り、進みぐあいと、だれがあなたの情報を見たかを確かめるところです。",
            "Here you give notices from home, follow them, and see who looked at your data.",
        ),
        holds=Text(
            "届出の下書き、送った届出とその進みぐあい、サインインした日時です。",
            "Drafts of notices, the notices that you sent and how they went, and when you signed in.",
        ),
        never=Text(
            "個人番号、住民票コード、ほかの機関が持つ記録そのものは届きません。",
            "Neither your individual number nor your resident record code, nor the records of other institutions.",
        ),
        questions=(
            (
                Text("途中でやめたら、入力は消えますか", "Is what I entered lost when I stop?"),
                Text(
                    "一つの画面を終えるたびに下書きに残ります。別の機器からも続けられます。",
                    "Each page that you finish is kept as a draft; you can go on with it on another device.",
                ),
            ),
            (
                Text(
                    "送った届出にまちがいがあったら、どうしますか",
                    "What if something in a notice that I sent is wrong?",
                ),
                Text(
                    "送った届出は書きかえられません。その引越しの画面から取り消すと、書いたことを使って届け出直せます。番地や建物名のまちがいは、窓口へ行ったときに伝えれば、正しく登録されます。",
                    "What was sent cannot be edited. Cancel it on the page of that move, then give it again with what you answered. A wrong block or building is registered rightly when you say so at the counter.",
                ),
            ),
            (
                Text("送った届出を取り消せますか", "Can I take a notice back?"),
                Text(
                    "新しい市区町村で手続きが済む前なら、その引越しの画面から取り消せます。",
                    "Yes, on the page of that move, until you have registered at the new city.",
                ),
            ),
        ),
        real=Text(
            "マイナポータルの引越し手続にあたります。届出の項目、14日の期限、窓口での転入は、法律と市区町村の案内のとおりです。",
            "It stands for moving with the real portal. The items of a notice, the 14 days and the visit to the counter are as law and cities say.",
        ),
        simplified=Text(
            "手続きは引越しだけです。窓口へ行く日の予約と、引越しで変わることの案内は、作ったものです。",
            "Moving house is the only procedure. Appointments with a time, and the advice on what else changes, are our own.",
        ),
    ),
)
