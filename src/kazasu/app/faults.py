"""Why a process does not open, or does not touch, what lies in a database or a data folder."""

from kazasu.foundation.faults import define
from kazasu.foundation.text import Text

_NOTHING_CHANGED = ("何も変えていません。", "Nothing was changed. ")


def _todo(ja: str, en: str) -> Text:
    return Text(_NOTHING_CHANGED[0] + ja, _NOTHING_CHANGED[1] + en)


NO_COUNTRY_HERE = define(
    "app.no-country",
    404,
    Text("このデータベースに国はありません。", "This database holds no country."),
    _todo(
        "./kazasu up で建てるか、--data と --database を確かめてください。",
        "Found one with ./kazasu up, or check --data and --database.",
    ),
    who="operator",
)
NOT_EMPTY = define(
    "app.not-empty",
    409,
    Text(
        "このデータベースには、国の印のないものが入っています。",
        "This database holds something that carries no country's mark.",
    ),
    _todo(
        "空のデータベースを --database で指定してください。",
        "Name an empty database with --database.",
    ),
    who="operator",
)
BEING_FOUNDED = define(
    "app.being-founded",
    409,
    Text(
        "別のプロセスがこの国を建てているか、消しています。",
        "Another process is founding this country, or removing it.",
    ),
    _todo(
        "終わるまで待って、もう一度始めてください。",
        "Wait until it has ended, then start again.",
    ),
    who="operator",
)
HALF_FOUNDED = define(
    "app.half-founded",
    409,
    Text(
        "この国は建国の途中です（{folder}）。",
        "The founding of this country has not been finished ({folder}).",
    ),
    _todo(
        "建国が動いていれば待ってください。止まっていれば、その --data で ./kazasu up が建て直します。",
        "If it goes on, wait. If it was stopped, ./kazasu up with that --data begins it again.",
    ),
    who="operator",
)
OTHER_FOLDER = define(
    "app.other-folder",
    409,
    Text(
        "{data} には、このデータベースの国の秘密（roles.json）がありません。",
        "{data} does not hold the secrets (roles.json) of the country in this database.",
    ),
    _todo(
        "--data で {folder} を指定するか、そこの roles.json を {data} に写してください。",
        "Name {folder} with --data, or copy its roles.json to {data}.",
    ),
    who="operator",
)
FOLDER_TAKEN = define(
    "app.folder-taken",
    409,
    Text(
        "{data} には国の {found} がありますが、データベースは空です。",
        "{data} holds {found} of a country, but its database is empty.",
    ),
    _todo(
        "その国のデータベースを指定するか、別の --data を選ぶか、要らなければ ./kazasu reset で消してください。",
        "Name that country's database, choose another --data, or remove what is left with ./kazasu reset.",
    ),
    who="operator",
)
DATABASE_GONE = define(
    "app.database-gone",
    409,
    Text(
        "{data} には国の {found} がありますが、データベースが見つかりません。",
        "{data} holds {found} of a country, but its database is not there.",
    ),
    _todo(
        "{data}/postgres を元に戻すか、--database で指定するか、要らなければ ./kazasu reset で消してください。",
        "Put {data}/postgres back, name the database with --database, or remove what is left with ./kazasu reset.",
    ),
    who="operator",
)
NO_DIRECTORY_FILE = define(
    "app.no-directory",
    404,
    Text("名簿 {file} がありません。", "There is no directory file {file}."),
    _todo(
        "--directory か --data で、建国が作った directory.json のある場所を指定してください。",
        "Name the directory.json that the founding has written, with --directory or --data.",
    ),
    who="operator",
)
NO_KEYS = define(
    "app.no-keys",
    404,
    Text(
        "{institution} の鍵 {file} がありません。",
        "The keys of {institution}, {file}, are missing.",
    ),
    _todo(
        "建国した場所の keys フォルダーを戻してください。",
        "Put back the folder keys of the place where the country was founded.",
    ),
    who="operator",
)
SECRETS_UNREADABLE = define(
    "app.secrets-unreadable",
    500,
    Text(
        "秘密のファイル {file} が読めません（{why}）。",
        "The secrets in {file} do not read ({why}).",
    ),
    _todo("控えから戻してください。", "Put it back from a copy."),
    who="operator",
)
NOT_IN_PRODUCTION = define(
    "app.sandbox-only",
    500,
    Text("{room} は本番では開けません", "{room} does not open in production mode"),
    Text("KAZASU_MODE を確認してください", "Check KAZASU_MODE"),
    who="operator",
)
