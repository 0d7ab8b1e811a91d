"""The card identity service as the house knows it."""

from kazasu.exchange.institution import AssuredAction, Client, Institution
from kazasu.foundation.text import Text
from kazasu.foundation.web.about import About

INSTITUTION = Institution(
    id="identity",
    room="identity",
    host="id",
    name=Text("カード認証サービス", "Card identity service"),
    mark="identity",
    client=Client(id="account"),  # its own pages are a relying party like any other
    actions=(
        AssuredAction(
            "account",
            ("aal3",),
            "links and consents are ended here, passkeys bound",
            "simulated (公的個人認証法 36条)",
        ),
        AssuredAction(
            "latest-attributes-consent",
            ("aal3",),
            "consent in a signed document of its own",
            "公的個人認証法 17条・18条 (最新の利用者情報)",
            signs=True,
        ),
    ),
    sessions={
        "resident": "/signin",
        "integrator": "/integrators/signin",
        "operator": "/operator/signin",
    },
    about=About(
        does=Text(
            "カードをかざした人が本人であることを確かめ、利用したいサービスに伝えるところです。",
            "It confirms that you are you when you hold your card, and tells the service that you want to use.",
        ),
        holds=Text(
            "あなたがサインインしたサービスと日時、続いている同意、パスキーです。サービスごとに別の番号であなたを呼びます。",
            "The services to which you signed in and when, consents that hold, and passkeys. Each service knows you by an ID of its own.",
        ),
        never=Text(
            "個人番号と暗証番号は届きません。氏名は、伝えることにあなたが同意した間だけ通ります。ここには残らないので、画面にも氏名は出ません。",
            "Neither your individual number nor your PIN. Your name passes through only where you agreed to tell it; it is not kept, so these pages do not show it.",
        ),
        questions=(
            (
                Text("どのサービスに、何を伝えたか知りたい", "What did I tell to which service?"),
                Text(
                    "「あなたの情報を使うサービス」にすべて並んでいます。同意はそこで終えられます。",
                    "“Your links” lists all of it, and you can end any consent there.",
                ),
            ),
        ),
        real=Text(
            "デジタル認証アプリのサービスにあたります。OpenID Connect の決まりどおりで、サービスごとに別の番号で人を呼びます。",
            "It stands for the Digital Agency’s authentication service. It is OpenID Connect, and each service knows a person by an ID of its own.",
        ),
        simplified=Text(
            "事業者の登録と審査、20歳以上かどうか、最新の情報の受け取り、出来事の知らせは、公表されていないため作ったものです。",
            "How parties register and are reviewed, the over-20 answer, latest attributes and events are not published, so ours are made up.",
        ),
    ),
)
