"""A bank as the house knows it: a private relying party."""

from kazasu.exchange.institution import OPERATORS_DESK, AssuredAction, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="bank",
    room="business.bank",
    host="bank",
    name=Text("ひなた銀行（体験）", "Hinata Bank"),
    colour="#8B3200",
    mark="bank",
    client=Client(
        scopes=("name", "address", "birthdate", "gender", "sign", "latest_attributes"),
        public=False,
        strict=True,
        own_requests=True,
        events=True,
    ),
    actions=(
        OPERATORS_DESK,
        AssuredAction(
            "login",
            ("aal3", "aal2"),
            "a passkey will do for reading one's own account; money needs a signature",
            "simulated (犯罪収益移転防止法 concerns opening, not login)",
        ),
        AssuredAction(
            "account-opening",
            ("aal3",),
            "proofing by the signing certificate",
            "犯罪収益移転防止法施行規則 6条1項1号カ",
            signs=True,
        ),
        AssuredAction(
            "transfer", ("aal3",), "an order for money is signed", "simulated", signs=True
        ),
    ),
    sessions={"customer": "/signin", "staff": "/desk/signin"},
    staff=("operator",),
    own_identifiers=True,
    about=About(
        does=Text(
            "口座を開き、お金を管理する銀行です（架空）。",
            "A bank for opening an account and keeping money (invented).",
        ),
        holds=Text(
            "口座を開くときに署名したお客様情報、取引の記録、同意にもとづいて受け取った最新の住所などです。",
            "What you signed when you opened the account, your transactions, and with your consent your latest address and so on.",
        ),
        never=Text(
            "個人番号、暗証番号、ほかのサービスでの利用は届きません。",
            "Neither your individual number nor your PIN, nor what you do elsewhere.",
        ),
        questions=(
            (
                Text("引っ越したら、銀行にも届け出ますか", "Must I tell the bank when I move?"),
                Text(
                    "最新の住所を受け取ることに同意していれば、届出はいりません。「同意と連携」で確かめられます。",
                    "Not if you agreed that it is told of your latest address; see “Consents and links”.",
                ),
            ),
        ),
        real=Text(
            "本人確認はカードの署名によるもので、犯罪収益移転防止法の方法と同じです。最新の住所は、同意した人の分だけ届きます。",
            "Opening an account by a card’s signature is a way of the law against money laundering. Latest addresses come for those alone who agreed.",
        ),
        simplified=Text(
            "架空の銀行です。振込はこの銀行の中だけで、手数料も利息もなく、現金はボタンです。",
            "The bank is invented. Transfers stay inside it, there are no fees and no interest, and cash is a button.",
        ),
    ),
)
