"""What ``--help`` shows besides options: examples that can be copied, and what each exit status means.

By the words that name a command. Every example is parsed by a test, and each is of the command that it stands at.
"""

from typing import Final

from kazasu.foundation.text import Text

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "up": ("up", "up --port 8100 --data ~/kazasu-2 --residents 200", "up --cities 141003,011002 --seed 7"),
    "serve": ("serve portal identity --directory directory.json --port 8001", "serve city:141003"),
    "reset": ("reset", "reset --yes --data ~/kazasu-2"),
    "clock": ("clock", "clock +30d", "clock 2027-03-31T09:00"),
    "story": (
        "story list", "story moving", "story moving --of given-up --of protected", "story moving --of all --apart --json",
        "story moving --of elsewhere --break walk-in",
    ),
    "check": ("check", "check --json", "check --also /srv/yokohama"),
    "audit": ("audit verify", "audit heads > heads.jsonl", "audit verify --heads heads.jsonl"),
    "opinions": ("opinions", "opinions --json"),
    "numbers renew": ("numbers renew city:141003", "numbers renew city:141003 --go-on"),
    "places status": ("places status", "places status --json"),
    "places refresh": (
        "places refresh --postcodes utf_ken_all.zip", "places refresh --postcodes utf_ken_all.zip --take",
        "places refresh --registry mt_pref_all.csv mt_city_all.csv mt_town_all.csv.zip --take",
    ),
    "places sample": ("places sample --into sample", "places sample --into sample --cities 133817"),
    "card list": ("card list", "card list --kinds"),
    "card make": ("card make taro", "card make hanako --kind plastic-contact-1", "card make yuki --name 体験　雪 --birth 2015-05-05 --sex female"),
    "card trust": ("card trust --out ca.pem", "card trust --out ca.pem --lists lists.pem"),
    "card read": ("card read taro", "card read taro --what attributes --pin 1234", "card read --pcsc --what certificate"),
    "card sign": ("card sign taro --file README.md --pin ABC123", "card sign --pcsc --file contract.pdf --as pdf"),
    "card pin": ("card pin taro --of authentication --pin 1234 --new 4321",),
    "card prove": ("card prove taro --pin 1234",),
    "card serve": ("card serve taro", "card serve taro hanako --trace", "card serve taro --system"),
    "card insert": ("card insert taro", "card insert hanako --slot 1"),
    "card remove": ("card remove", "card remove --slot 1"),
    "card trace": ("card trace taro -- pkcs15-tool -c", "card trace taro --data elsewhere -- opensc-tool -l"),
    "card doctor": ("card doctor", "card doctor --reader SCM"),
    "pki ceremony": ('pki ceremony --rehearse --organisation "Kazasu trial" --agency "Trial office"',),
    "pki verify": ("pki verify",),
    "pki lint": ("pki lint certificate.pem --kind signing",),
    "pki inspect": ("pki inspect",),
    "pki suspend": ("pki suspend 141003000000001",),
    "pki release": ("pki release 141003000000001",),
    "pki end": ("pki end 141003000000001 --reason superseded",),
    "pki renew": ("pki renew taro --pin 1234", "pki renew --pcsc"),
    "pki renew-card": ("pki renew-card staff-yokohama-1",),
    "pki replace-token-keys": ("pki replace-token-keys",),
    "pki replace-keys": ("pki replace-keys bank", "pki replace-keys city:141003 --after 7 --accept 30"),
    "pki revoke": ("pki revoke --file serials.txt --reason key_compromise --dry-run",),
    "rp register": ('rp register --name "My shop" --redirect http://shop.localhost:9000/callback',),
    "rp requests": ("rp requests", "rp requests --failed --json"),
    "rp conformance": (
        "rp conformance http://shop.localhost:9000/login --check http://shop.localhost:9000/me --out report.jws",
    ),
    "rp verify": ("rp verify report.jws",),
    "room": ("room new library --ja 図書館 --en Library --tenants --sign-in --staff",),
    "faults": ("faults", "faults cli.port-taken", "faults locked", "faults --write docs/faults.md"),
    "doctor": ("doctor", "doctor --json", "doctor --data /srv/yokohama"),
    "docs": ("docs", "docs --into site --serve"),
    "test": ("test", "test -k moving", "test tests/foundation", "test --deep --require-all"),
    "found keys": ("found keys charter.toml",),
    "found certify": ("found certify requests/city-141003.json requests/bank.json",),
    "found city": ("found city charter.toml residents.csv --registrations city-141003.jws",),
    "found registrations": ("found registrations city-141003.jws",),
    "found cards": ("found cards city:141003 residents.csv",),
    "found columns": ("found columns",),
    "found staff": ("found staff city:141003 staff.csv",),
    "found dismiss": ("found dismiss city:141003 tanaka",),
    "found operator": ("found operator SUBJECT",),
    "found clients": ("found clients",),
    "found nginx": (
        "found nginx charter.toml --upstream unix:/run/kazasu/web.socket --certificate site.pem --key site.key",
    ),
}  # fmt: skip

ALWAYS: Final[dict[str, Text]] = {
    "0": Text("できた", "done"),
    "2": Text("お断り、または書き方の違い（直し方が出ます）", "refused, or written wrongly; what to do is told"),
    "69": Text("環境を用意できない（./kazasu だけ）", "the environment cannot be prepared (./kazasu alone)"),
    "130": Text("Ctrl-C で止めた", "stopped with Ctrl-C"),
    "141": Text("出力の読み手が先に閉じた", "who read the output closed it first"),
}  # fmt: skip
_STOPPED: Final = {"0": Text("Ctrl-C か SIGTERM で止めた", "stopped with Ctrl-C or SIGTERM")}
OF_ITS_OWN: Final[dict[str, dict[str, Text]]] = {
    "up": _STOPPED,
    "serve": _STOPPED,
    "story": {"1": Text("筋が通らない（わざと違えた段がある場合も）、または不変条件が破れた", "it did not end well (also where a step was played falsely), or an invariant is broken")},
    "check": {"1": Text("破れた不変条件か、ここにあるはずなのに見えない部屋がある", "an invariant is broken, or a room that should be here cannot be seen")},
    "audit": {"1": Text("変えられたか、なくなった記録がある", "a record was changed or removed")},
    "places refresh": {"1": Text("見ただけで、新しい表にない住所の住民がいる", "shown only, and addresses of residents would no longer stand in the table")},
    "card doctor": {"1": Text("カードは使えない", "no card can be used")},
    "card trace": {"1": Text("（ほか）動かしたプログラムの終了状態", "or another: the status of the program that was run")},
    "pki lint": {"1": Text("直すところがある", "something has to be corrected")},
    "pki inspect": {"1": Text("直すところがある", "something has to be corrected")},
    "rp conformance": {"1": Text("合わないところがある", "something does not conform")},
    "rp verify": {"1": Text("本物の報告書が、不合格と言っている", "the report is genuine, and says that it did not pass")},
    "doctor": {"1": Text("要るものが足りない", "something needed is not here")},
    "docs": {"1": Text("切れたリンクなど、直すところがある", "something is wrong, as a broken link")},
    "test": {"1": Text("（ほか）落ちた検査やテストがある", "or another: a check or test failed")},
}  # fmt: skip
"""Only what differs from :data:`ALWAYS`."""


def examples_of(command: str) -> tuple[str, ...]:
    """Of a command that has verbs: the first of each of the first few; of none: how to begin."""
    if command in EXAMPLES:
        return EXAMPLES[command]
    if not command:
        return ("up", "doctor", "story moving")
    return tuple(one[0] for name, one in EXAMPLES.items() if name.startswith(f"{command} "))[:3]


def statuses_of(command: str) -> dict[str, Text]:
    """Meaning by exit status, in order."""
    found = ALWAYS | OF_ITS_OWN.get(command, {})
    return {status: found[status] for status in sorted(found, key=int)}
