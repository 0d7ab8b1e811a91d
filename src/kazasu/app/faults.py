"""Why a process does not open, or does not touch, what lies in a database or a data folder."""

from kazasu.foundation.faults import define

NO_COUNTRY_HERE = define("app.no-country", 404,
    "このデータベースに国はありません。", "This database holds no country.",
    "何も変えていません。./kazasu up で建てるか、--data と --database を確かめてください。", "Nothing was changed. Found one with ./kazasu up, or check --data and --database.", who="operator")  # fmt: skip
NOT_EMPTY = define("app.not-empty", 409,
    "このデータベースには、国の印のないものが入っています。", "This database holds something that carries no country's mark.",
    "何も変えていません。空のデータベースを --database で指定してください。", "Nothing was changed. Name an empty database with --database.", who="operator")  # fmt: skip
BEING_FOUNDED = define("app.being-founded", 409,
    "別のプロセスがこの国を建てているか、消しています。", "Another process is founding this country, or removing it.",
    "何も変えていません。終わるまで待って、もう一度始めてください。", "Nothing was changed. Wait until it has ended, then start again.", who="operator")  # fmt: skip
HALF_FOUNDED = define("app.half-founded", 409,
    "この国は建国の途中です（{folder}）。", "The founding of this country has not been finished ({folder}).",
    "何も変えていません。建国が動いていれば待ってください。止まっていれば、その --data で ./kazasu up が建て直します。", "Nothing was changed. If it goes on, wait. If it was stopped, ./kazasu up with that --data begins it again.", who="operator")  # fmt: skip
OTHER_FOLDER = define("app.other-folder", 409,
    "{data} には、このデータベースの国の秘密（roles.json）がありません。", "{data} does not hold the secrets (roles.json) of the country in this database.",
    "何も変えていません。--data で {folder} を指定するか、そこの roles.json を {data} に写してください。", "Nothing was changed. Name {folder} with --data, or copy its roles.json to {data}.", who="operator")  # fmt: skip
FOUNDED_ELSEWHERE = define("app.founded-elsewhere", 409,
    "国は {folder} の中に建てます。名簿 {file} は別の場所です。", "The country is founded within {folder}; the directory file {file} lies elsewhere.",
    "何も変えていません。KAZASU_DIRECTORY を外し、--data で {folder} を指定してください。その場所を移したのなら ./kazasu reset で消せます。", "Nothing was changed. Leave KAZASU_DIRECTORY away and give --data {folder}. If that folder was moved, ./kazasu reset removes what is left.", who="operator")  # fmt: skip
FOLDER_TAKEN = define("app.folder-taken", 409,
    "{data} には国の {found} がありますが、データベースは空です。", "{data} holds {found} of a country, but its database is empty.",
    "何も変えていません。その国のデータベースを指定するか、別の --data を選ぶか、要らなければ ./kazasu reset で消してください。", "Nothing was changed. Name that country's database, choose another --data, or remove what is left with ./kazasu reset.", who="operator")  # fmt: skip
DATABASE_GONE = define("app.database-gone", 409,
    "{data} には国の {found} がありますが、データベースが見つかりません。", "{data} holds {found} of a country, but its database is not there.",
    "何も変えていません。{data}/postgres を元に戻すか、--database で指定するか、要らなければ ./kazasu reset で消してください。", "Nothing was changed. Put {data}/postgres back, name the database with --database, or remove what is left with ./kazasu reset.", who="operator")  # fmt: skip
OTHER_OWNER = define("app.other-owner", 403,
    "このデータベースは {owner} が用意したもので、{user} では開けません。", "This database was laid by {owner}; {user} may not open it.",
    "何も変えていません。KAZASU_DATABASE_URL に {owner} の URL を書いてください（docs/settings.md）。", "Nothing was changed. Put the URL of {owner} into KAZASU_DATABASE_URL (docs/settings.md).", who="operator")  # fmt: skip
NO_DIRECTORY_FILE = define("app.no-directory", 404,
    "名簿 {file} がありません。", "There is no directory file {file}.",
    "何も変えていません。--directory か --data で、建国が作った directory.json のある場所を指定してください。", "Nothing was changed. Name the directory.json that the founding has written, with --directory or --data.", who="operator")  # fmt: skip
NO_KEYS = define("app.no-keys", 404,
    "{institution} の鍵 {file} がありません。", "The keys of {institution}, {file}, are missing.",
    "何も変えていません。建国した場所の keys フォルダーを戻してください。", "Nothing was changed. Put back the folder keys of the place where the country was founded.", who="operator")  # fmt: skip
NOT_OPEN = define("app.not-open", 503,
    "この機関の窓口は、いま開いていません。", "This institution is not open at the moment.",
    "時間をおいて、もう一度お試しください。送られた手紙は、開いてから届きます。", "Try again later. Letters to it arrive once it is open.")  # fmt: skip
OTHER_SCHEME = define("app.other-scheme", 409,
    "{institution} の所在は {origin} で、KAZASU_SCHEME の {scheme} と違います。", "{institution} was founded at {origin}, which is not the {scheme} of KAZASU_SCHEME.",
    "何も変えていません。建国のときと同じ KAZASU_SCHEME で始めるか、--data で別の場所に建ててください。", "Nothing was changed. Start it with the KAZASU_SCHEME it was founded with, or found another country elsewhere with --data.", who="operator")  # fmt: skip
SECRETS_UNREADABLE = define("app.secrets-unreadable", 500,
    "秘密のファイル {file} が読めません（{why}）。", "The secrets in {file} do not read ({why}).",
    "何も変えていません。控えから戻してください。", "Nothing was changed. Put it back from a copy.", who="operator", undone=True)  # fmt: skip
NOT_IN_PRODUCTION = define("app.sandbox-only", 500,
    "{room} は本番では開けません", "{room} does not open in production mode",
    "KAZASU_MODE を確認してください", "Check KAZASU_MODE", who="operator")  # fmt: skip
OTHER_MODE = define("app.other-mode", 409,
    "このデータベースは {found} のもので、{asked} では開けません。", "This database is of {found}; it does not open in {asked} mode.",
    "何も変えていません。本番は空のデータベースに建てます（docs/production.md）。KAZASU_MODE と --data を確かめてください。", "Nothing was changed. Production is founded in an empty database (docs/production.md). Check KAZASU_MODE and --data.", who="operator", source="design §3.17")  # fmt: skip
SANDBOX_DIRECTORY = define("app.sandbox-directory", 409,
    "名簿 {file} は体験環境のものです（{what}）。", "The directory file {file} is of a sandbox ({what}).",
    "何も変えていません。本番のセレモニーで作った名簿を置いてください（docs/production.md）。", "Nothing was changed. Put the directory of a production ceremony there (docs/production.md).", who="operator", source="design §3.17")  # fmt: skip
OTHER_KEYS = define("app.other-keys", 409,
    "名簿の {institution} の証明書は、ここにある鍵（{uses}）のものではありません。", "The directory's certificates of {institution} are not for the keys that lie here ({uses}).",
    "何も変えていません。この鍵の申請で作られた名簿を写すか、鍵を元に戻してください。", "Nothing was changed. Copy the directory that was made from these keys' request, or put those keys back.", who="operator")  # fmt: skip
