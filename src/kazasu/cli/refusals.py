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
NO_DIRECTORY = define(
    "cli.no-directory",
    404,
    Text("名簿 {file} がありません。", "There is no directory file {file}."),
    Text(
        "--directory で、kazasu up か建国が作った directory.json を指定してください。",
        "Name the directory.json that kazasu up (or the founding) has written with --directory.",
    ),
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
