"""What the command line refuses. (``faults.py`` is the command that shows the catalogue.)"""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

NO_COUNTRY = define(
    "cli.no-country",
    404,
    Text("{data} に国はありません。", "There is no country in {data}."),
    Text("./kazasu up で建ててください。", "Found one with ./kazasu up."),
    who="operator",
)
IN_USE = define(
    "cli.in-use",
    409,
    Text("{data} の国はいま動いています。", "The country in {data} is running."),
    Text("先に Ctrl-C で止めてください。", "Stop it first, with Ctrl-C."),
    who="operator",
)
NOT_CONFIRMED = define(
    "cli.not-confirmed",
    400,
    Text("何もしませんでした。", "Nothing was done."),
    Text("消してよければ --yes を付けてください。", "If you mean it, add --yes."),
    who="operator",
)
PORT_TAKEN = define(
    "cli.port-taken",
    409,
    Text("ポート {port} は使われています。", "Port {port} is in use."),
    Text("--port で別の番号を指定してください。", "Choose another one with --port."),
    who="operator",
)
CLOCK_IN_PRODUCTION = define(
    "cli.clock-in-production",
    409,
    Text(
        "本番の時計はこの機械の時計で、動かせません。",
        "In production the clock is the machine's; it is not moved.",
    ),
    Text("KAZASU_MODE を確認してください。", "Check KAZASU_MODE."),
    who="operator",
)
BAD_TIME = define(
    "cli.bad-time",
    400,
    Text("日時「{given}」を読めません。", "Cannot read the time {given}."),
    Text(
        "例: 2027-03-31, 2027-03-31T09:00, +3d, +12h, +30m",
        "For example: 2027-03-31, 2027-03-31T09:00, +3d, +12h, +30m",
    ),
    who="integrator",
)
OTHER_COUNTRY = define(
    "cli.other-country",
    409,
    Text(
        "{data} の国は 都市 {cities}、住民 {residents} 人、種 {seed}、ポート {port} で建てられています。",
        "The country in {data} was founded with cities {cities}, {residents} residents, seed {seed}, port {port}.",
    ),
    Text(
        "同じ指定で始めるか、--data で別の場所を選ぶか、./kazasu reset で建て直してください。",
        "Start it with the same values, choose another place with --data, or found it anew after ./kazasu reset.",
    ),
    who="operator",
)
NOT_FOUNDED = define(
    "cli.not-founded",
    409,
    Text(
        "このデータベースには機関だけがあります（{folder} の kazasu serve）。",
        "This database holds institutions only (kazasu serve of {folder}).",
    ),
    Text(
        "kazasu serve で開くか、空のデータベースを --database で指定してください。何も変えていません。",
        "Open them with kazasu serve, or name an empty database with --database. Nothing was changed.",
    ),
    who="operator",
)
NO_SUCH_CARD = define(
    "cli.no-such-card",
    404,
    Text("「{given}」というカードはありません。", "There is no card “{given}”."),
    Text(
        "./kazasu card list で見て、card make でつくれます。本物のカードは --pcsc。",
        "See ./kazasu card list; card make makes one. For a real card: --pcsc.",
    ),
    who="integrator",
)
CARD_EXISTS = define(
    "cli.card-exists",
    409,
    Text("「{given}」というカードはもうあります。", "There is a card “{given}” already."),
    Text("別の名前でつくってください。", "Give the new one another name."),
    who="integrator",
)
NO_PIN = define(
    "cli.no-pin",
    400,
    Text("暗証番号がありません。", "The PIN is missing."),
    Text("--pin で渡すか、端末から実行してください。", "Give --pin, or run it in a terminal."),
    who="integrator",
)
NO_FILE = define(
    "cli.no-file",
    404,
    Text("{given} を使えません（{why}）。", "{given} cannot be used ({why})."),
    Text("場所と権限を確かめてください。", "Check the place and who may use it."),
    who="integrator",
)
NOTHING_TO_RUN = define(
    "cli.nothing-to-run",
    400,
    Text("実行できません: {given}", "It cannot be run: {given}"),
    Text(
        "./kazasu card trace CARD -- pkcs15-tool -c のように。カードは他の読取機にあってはいけません。",
        "As ./kazasu card trace CARD -- pkcs15-tool -c; the card must not lie on another reader.",
    ),
    who="integrator",
)
BAD_LIST = define(
    "cli.bad-list",
    422,
    Text("{number}行目が読めません: {given}", "Line {number} does not read: {given}"),
    Text(
        "一行に「signing 1A2B3C4D」のように書いてください。何も失効させていません。",
        "Write one a line, as “signing 1A2B3C4D”. Nothing was revoked.",
    ),
    who="operator",
)
NO_REGISTRATION = define(
    "cli.no-registration",
    404,
    Text("{file} に登録がありません。", "There is no registration in {file}."),
    Text("kazasu rp register で登録してください。", "Register with kazasu rp register."),
    who="integrator",
)
SERVICE_SILENT = define(
    "cli.service-silent",
    503,
    Text("{url} が応答しません。", "{url} does not answer."),
    Text("./kazasu up で国を動かしてください。", "Run the country with ./kazasu up."),
    who="integrator",
)
SERVICE_REFUSED = define(
    "cli.service-refused",
    422,
    Text("受け付けられませんでした（{why}）。", "It was not accepted ({why})."),
    Text(
        "kazasu rp requests で、何を直すかを見られます。", "kazasu rp requests says what to change."
    ),
    who="integrator",
)
