"""What the command line refuses. (``faults.py`` is the command that shows the catalogue.)"""

from kazasu.foundation.faults import define

UNKNOWN_COMMAND = define("cli.unknown-command", 404,
    "{command} に「{given}」というコマンドはありません。", "{command} has no command “{given}”.",
    "近いもの: {near}。すべては ./{command} --help で見られます。", "Near to it: {near}. All of them: ./{command} --help", who="integrator")  # fmt: skip
UNKNOWN_OPTION = define("cli.unknown-option", 400,
    "{command} に「{given}」というオプションはありません。何もしていません。", "{command} has no option “{given}”. Nothing was done.",
    "近いもの: {near}。説明は ./{command} --help で見られます。", "Near to it: {near}. What they mean: ./{command} --help", who="integrator")  # fmt: skip
UNKNOWN_FAULT = define("cli.unknown-fault", 404,
    "「{given}」という番号や言葉のある障害はありません。", "No fault has “{given}” as its code or in its words.",
    "番号の近いもの: {near}。すべては ./kazasu faults で見られます。", "Codes near to it: {near}. All of them: ./kazasu faults", who="integrator")  # fmt: skip
BAD_USAGE = define("cli.bad-usage", 400,
    "{command} の書き方が違います（{ja}）。何もしていません。", "{command} is written otherwise ({en}). Nothing was done.",
    "使い方と例は ./{command} --help で見られます。", "How it is written, with examples: ./{command} --help", who="integrator")  # fmt: skip
NO_SITE_BUILDER = define("cli.no-site-builder", 503,
    "サイトをつくる道具（requirements/docs.txt）がありません。", "What builds the site (requirements/docs.txt) is not installed.",
    "./kazasu docs で入ります。", "./kazasu docs installs it.", who="operator")  # fmt: skip
NO_COUNTRY = define("cli.no-country", 404,
    "{data} に国はありません。", "There is no country in {data}.",
    "./kazasu up で建ててください。", "Found one with ./kazasu up.", who="operator")  # fmt: skip
NOT_ITS_REPORT = define("cli.not-its-report", 422,
    "この報告書は、{data} の国が署名したものではないか、あとで変わっています。", "This report was not signed by the country in {data}, or was changed since.",
    "ほかの国のものなら、その国のフォルダーを --data で指定してください。", "If it is another country’s, name its folder with --data.", who="operator")  # fmt: skip
NO_NUMBERS = define("cli.no-numbers", 422,
    "{institution} は個人番号を保管する機関ではありません。", "{institution} is no institution that keeps individual numbers.",
    "市区町村を city:141003 のように指定してください。", "Name a city, such as city:141003.", who="operator")  # fmt: skip
IN_USE = define("cli.in-use", 409,
    "{data} の国はいま動いています。", "The country in {data} is running.",
    "先に Ctrl-C で止めてください。", "Stop it first, with Ctrl-C.", who="operator")  # fmt: skip
NOT_CONFIRMED = define("cli.not-confirmed", 400,
    "何もしませんでした。", "Nothing was done.",
    "消してよければ --yes を付けてください。", "If you mean it, add --yes.", who="operator")  # fmt: skip
NO_WORKBENCH = define("cli.no-workbench-in-production", 409,
    "本番の場所では、見本のカードをつくりません。ここのだれにも通用しないカードです。", "No specimen card is made at a place of a production: nobody there would believe it.",
    "試行用のカードは ./kazasu found cards がつくります（docs/production.md）。見本が要るなら、KAZASU_MODE を外して別の場所でつくってください。", "./kazasu found cards makes a trial's cards (docs/production.md). For a specimen leave KAZASU_MODE away, at another place.", who="operator")  # fmt: skip
NO_RESET = define("cli.no-reset-in-production", 409,
    "{data} は本番の場所です。reset は体験環境の国だけを消します。", "{data} is a place of a production; reset removes a sandbox's country alone.",
    "鍵と認証局は作り直せません。要らない試行なら、止めてからフォルダーとデータベースを自分で消してください。何も変えていません。", "Keys and authorities cannot be made again. Of a trial that nobody needs, stop it and remove folder and database yourself. Nothing was changed.", who="operator")  # fmt: skip
PORT_TAKEN = define("cli.port-taken", 409,
    "ポート {port} は使われています。", "Port {port} is in use.",
    "--port で別の番号を指定してください。", "Choose another one with --port.", who="operator")  # fmt: skip
SOCKET_TAKEN = define("cli.socket-taken", 409,
    "ソケット {path} で待てません（{why}）。", "Cannot listen at the socket {path} ({why}).",
    "KAZASU_SOCKET の場所を確かめてください。", "Check the place in KAZASU_SOCKET.", who="operator")  # fmt: skip
BAD_TIME = define("cli.bad-time", 400,
    "日時「{given}」を読めません。", "Cannot read the time {given}.",
    "例: 2027-03-31, 2027-03-31T09:00, +3d, +12h, +30m（2126 年まで）", "For example: 2027-03-31, 2027-03-31T09:00, +3d, +12h, +30m (to the year 2126)", who="integrator")  # fmt: skip
OTHER_COUNTRY = define("cli.other-country", 409,
    "{data} の国は 都市 {cities}、住民 {residents} 人、種 {seed}、ポート {port} で建てられています。", "The country in {data} was founded with cities {cities}, {residents} residents, seed {seed}, port {port}.",
    "同じ指定で始めるか、--data で別の場所を選ぶか、./kazasu reset で建て直してください。", "Start it with the same values, choose another place with --data, or found it anew after ./kazasu reset.", who="operator")  # fmt: skip
NO_SUCH_CARD = define("cli.no-such-card", 404,
    "「{given}」というカードはありません。", "There is no card “{given}”.",
    "./kazasu card list で見て、card make でつくれます。本物のカードは --pcsc。", "See ./kazasu card list; card make makes one. For a real card: --pcsc.", who="integrator")  # fmt: skip
CARD_EXISTS = define("cli.card-exists", 409,
    "「{given}」というカードはもうあります。", "There is a card “{given}” already.",
    "別の名前でつくってください。", "Give the new one another name.", who="integrator")  # fmt: skip
BAD_HOLDER = define("cli.bad-holder", 422,
    "{option} の「{given}」では、カードをつくれません（{why_ja}）。", "No card can be made with {option} “{given}” ({why_en}).",
    "例: --name '体験　太郎' --address '札幌市中央区北１条西２丁目' --birth 1990-04-01 --sex male。何もつくっていません。", "For example: --name '体験　太郎' --address '札幌市中央区北１条西２丁目' --birth 1990-04-01 --sex male. Nothing was made.", who="integrator")  # fmt: skip
NO_SUCH_STEP = define("cli.no-such-step", 404,
    "選んだ物語に「{given}」という段はありません。何も演じていません。", "No story that was chosen has a step “{given}”. Nothing was played.",
    "ある段: {steps}。すべては ./kazasu story list で見られます。", "There are: {steps}. All of them: ./kazasu story list", who="integrator")  # fmt: skip
NO_PIN = define("cli.no-pin", 400,
    "暗証番号がありません。", "The PIN is missing.",
    "--pin で渡すか、端末から実行してください。", "Give --pin, or run it in a terminal.", who="integrator")  # fmt: skip
NO_FILE = define("cli.no-file", 404,
    "{given} を使えません（{why}）。", "{given} cannot be used ({why}).",
    "場所と権限を確かめてください。", "Check the place and who may use it.", who="integrator")  # fmt: skip
NO_SPACE = define("cli.no-space", 507,
    "ディスクに空きがありません。", "There is no space left on the disk.",
    "場所を空けて、もう一度実行してください。途中までの建国は ./kazasu up が初めからやり直します。", "Make room, then run it again. A founding that was broken off is begun anew by ./kazasu up.", who="operator")  # fmt: skip
NOTHING_TO_RUN = define("cli.nothing-to-run", 400,
    "実行できません: {given}", "It cannot be run: {given}",
    "./kazasu card trace CARD -- pkcs15-tool -c のように。カードは他の読取機にあってはいけません。", "As ./kazasu card trace CARD -- pkcs15-tool -c; the card must not lie on another reader.", who="integrator")  # fmt: skip
READER_SERVED = define("cli.reader-served", 409,
    "この読取機（{folder}）は、もう別の端末の card serve で動いています。", "This reader ({folder}) is served already, by card serve in another shell.",
    "./kazasu card insert NAME --slot 1 でそこに置くか、--data で別の場所を使ってください。", "Lay the card there: ./kazasu card insert NAME --slot 1; or use another place by --data.", who="integrator")  # fmt: skip
TOO_MANY_CARDS = define("cli.too-many-cards", 422,
    "読取機に置けるのは{most}枚までです: {given}", "The reader has {most} places: {given}",
    "枚数を減らしてください。あとから card insert で取り替えられます。", "Name fewer; card insert exchanges them later.", who="integrator")  # fmt: skip
BAD_LIST = define("cli.bad-list", 422,
    "{number}行目が読めません: {given}", "Line {number} does not read: {given}",
    "一行に「signing 1A2B3C4D」のように書いてください。何も失効させていません。", "Write one a line, as “signing 1A2B3C4D”. Nothing was revoked.", who="operator")  # fmt: skip
NO_HEADS = define("cli.no-heads", 422,
    "{file} に根がひとつもありません。何も確かめていません。", "There is no root in {file}. Nothing was checked.",
    "kazasu audit heads > FILE を、もう一度実行したときの終了状態も見てください。", "Write it again by kazasu audit heads > FILE, and look at its exit status.", who="operator")  # fmt: skip
UNREADABLE_HEADS = define("cli.unreadable-heads", 422,
    "{file} の {line} 行目が、根として読めません。", "Line {line} of {file} does not read as a root.",
    "kazasu audit heads が書いたファイルを指定してください。", "Name a file that kazasu audit heads wrote.", who="operator")  # fmt: skip
NO_REGISTRATION = define("cli.no-registration", 404,
    "{file} に登録がありません。", "There is no registration in {file}.",
    "kazasu rp register で登録してください。", "Register with kazasu rp register.", who="integrator")  # fmt: skip
OTHER_REGISTRATION = define("cli.other-registration", 422,
    "{file} は、登録として読めません。", "{file} does not read as a registration.",
    "kazasu rp register が書いたファイルか、examples の relying-party.json を指定してください。", "Name a file that kazasu rp register wrote, or the relying-party.json of one of the examples.", who="integrator")  # fmt: skip
REGISTERED_ALREADY = define("cli.registered-already", 409,
    "{file} には、もう {client_id} の登録があります。登録はしていません。", "{file} holds the registration of {client_id} already. Nothing was registered.",
    "別の登録をするときは --file で別の名前を指定してください。そのファイルの登録の鍵と秘密鍵は、ほかのどこにもありません。", "For another one, name another file with --file. The token and private key in that file are nowhere else.", who="integrator")  # fmt: skip
NOT_REGISTERED = define("cli.not-registered", 422,
    "登録していません（{ja}）。", "Nothing was registered ({en}).",
    "そこを直して、もう一度 kazasu rp register を実行してください。", "Correct that and run kazasu rp register again.", who="integrator")  # fmt: skip
SERVICE_SILENT = define("cli.service-silent", 503,
    "{url} が応答しません。", "{url} does not answer.",
    "./kazasu up で国を動かしてください。", "Run the country with ./kazasu up.", who="integrator")  # fmt: skip
SERVICE_REFUSED = define("cli.service-refused", 422,
    "受け付けられませんでした（{why}）。", "It was not accepted ({why}).",
    "kazasu rp requests で、何を直すかを見られます。", "kazasu rp requests says what to change.", who="integrator")  # fmt: skip

HOUSE_ENDED = define("cli.house-ended", 503,
    "{house} の開始が止まりました（終了状態 {status}）。", "{house} ended while it started (status {status}).",
    "記録の終わり:\n{log}", "The end of its log:\n{log}", who="operator")  # fmt: skip
HOUSE_SILENT = define("cli.house-silent", 503,
    "{house} が {seconds} 秒のあいだ動きません。", "{house} has done nothing for {seconds} seconds.",
    "機械に余裕があるときに、もう一度実行してください。記録の終わり:\n{log}", "Try again when the machine has room. The end of its log:\n{log}", who="operator")  # fmt: skip

BAD_ROOM_NAME = define("cli.bad-room-name", 422,
    "{name} は部屋の名前にできません", "{name} cannot be the name of a room",
    "小文字 3〜20 字にしてください（例: library）", "Use 3 to 20 lower-case letters, as library", who="integrator")  # fmt: skip
ROOM_THERE = define("cli.room-there", 409,
    "{name} はもうあります", "{name} is there already",
    "別の名前にしてください。何も書いていません", "Take another name. Nothing was written", who="integrator")  # fmt: skip
CLOCK_IN_PRODUCTION = define("cli.clock-in-production", 409,
    "本番の時計はこの機械の時計で、動かせません。", "In production the clock is the machine's; it is not moved.",
    "KAZASU_MODE を確認してください。", "Check KAZASU_MODE.", who="operator")  # fmt: skip
SECRET_ON_COMMAND_LINE = define("cli.secret-on-command-line", 400,
    "コマンドラインにパスワードがあります。この機械の誰でも読めます（ps）。", "There is a password on the command line, where everybody on this machine can read it (ps).",
    "何も変えていません。URL は環境変数 KAZASU_DATABASE_URL に書き、そのパスワードは替えてください。", "Nothing was changed. Put the URL into the environment variable KAZASU_DATABASE_URL, and change that password.", who="operator")  # fmt: skip
NOT_FOUNDED = define("cli.not-founded", 409,
    "このデータベースには機関だけがあります（{folder} の kazasu serve）。", "This database holds institutions only (kazasu serve of {folder}).",
    "kazasu serve で開くか、空のデータベースを --database で指定してください。何も変えていません。", "Open them with kazasu serve, or name an empty database with --database. Nothing was changed.", who="operator")  # fmt: skip
BAD_ROOM_TEXT = define("cli.bad-room-text", 422,
    "{given} は機関の名前にできません", "{given} cannot be the name of an institution",
    "文字・数字・空白・（）・・だけで 60 字までにしてください", "Use letters, digits, spaces and brackets, 60 at most", who="integrator")  # fmt: skip
ROOM_LIST_CHANGED = define("cli.room-list-changed", 409,
    "一覧の形が変わっていて、書き足せません（{why}）", "A list has another form than before, so nothing can be added ({why})",
    "何も書いていません。一覧を元の形に戻すか、手で足してください", "Nothing was written. Give the list its form back, or add the room by hand", who="integrator")  # fmt: skip
FOUND_IN_PRODUCTION = define("cli.found-in-production", 409,
    "本番の建国は KAZASU_MODE=production で行います。", "A production founding is done with KAZASU_MODE=production.",
    "体験環境なら ./kazasu up が建てます（docs/production.md）。", "The sandbox is founded by ./kazasu up (docs/production.md).", who="operator")  # fmt: skip
NEEDS_A_NAME = define("cli.needs-a-name", 422,
    "本番のセレモニーには、認証局の名前（--organisation と --agency）が必要です。SANDBOX と JPKI は使えません。", "A production ceremony needs the authorities' names (--organisation, --agency); neither SANDBOX nor JPKI.",
    "自分の組織の名前を付けてください。本物の JPKI の認証局と取り違えられてはなりません。", "Give your own organisation's. Nobody may take them for JPKI's.", who="operator", source="design §3.17")  # fmt: skip
OTHER_NAME = define("cli.other-name", 409,
    "{file} の認証局の名前は「{name}」「{agency}」で、指定と違います。", "By {file} the authorities are of “{name}”, “{agency}”: other names than those given.",
    "ファイルの organisation と agency を直すか、指定をやめてください。何も変えていません。", "Correct organisation and agency in that file, or give no names. Nothing was changed.", who="operator")  # fmt: skip
NO_CEREMONY = define("cli.no-ceremony", 404,
    "{folder} ではまだセレモニーをしていません。", "No ceremony was held in {folder}.",
    "KAZASU_DATA を確かめるか、./kazasu pki ceremony を行ってください。", "Check KAZASU_DATA, or hold one with ./kazasu pki ceremony.", who="operator")  # fmt: skip
BAD_CHARTER = define("cli.bad-charter", 422,
    "{file} を読めません（{why}）。", "{file} does not read ({why}).",
    "docs/production.md の例と比べてください。何も変えていません。", "Compare it with the example in docs/production.md. Nothing was changed.", who="operator")  # fmt: skip
DESK_ON_THE_NETWORK = define("cli.desk-on-the-network", 422,
    "端末はほかの機械から届いてはなりません。届く人は、載っているカードの暗証番号の残り回数を減らせます。", "A terminal must not be reached from other machines: whoever reaches it spends the PIN tries of the card on its reader.",
    "--address 127.0.0.1 で待たせ、ほかの機関は別の charter.toml に分けてください。何も変えていません。", "Let it listen with --address 127.0.0.1, and write other institutions in a charter.toml of their own. Nothing was changed.", who="operator")  # fmt: skip
HTTPS_BY_NOBODY = define("cli.https-by-nobody", 422,
    "KAZASU_SCHEME=https ですが、{doors} に来るプロキシが KAZASU_PROXIES にありません。", "KAZASU_SCHEME is https, and KAZASU_PROXIES names no proxy that comes to {doors}.",
    "KAZASU_PROXIES に unix（ソケット）かプロキシのアドレスを書いてください（docs/production.md）。", "Write unix (for the socket) or the proxy's address in KAZASU_PROXIES; see docs/production.md.", who="operator")  # fmt: skip
OTHER_ENTRY = define("cli.other-entry", 409,
    "{institution} は、別の鍵か別の内容で名簿に載っています。", "{institution} is in the directory with other keys or other facts.",
    "その機関の ./kazasu found keys の出力か確かめてください。何も変えていません。", "Check that the request is that institution's own. Nothing was changed.", who="operator")  # fmt: skip
BAD_ROWS = define("cli.bad-rows", 422,
    "{file} に直すところが {count} か所あります。一件も取り込んでいません。", "{file} has {count} things to correct. Nothing of it was taken.",
    "上の行と項目を直して、もう一度実行してください。", "Correct the lines and fields above, then run it again.", who="operator")  # fmt: skip
NO_POST = define("cli.no-post", 404,
    "{who} は {institution} の職員ではありません。", "{who} has no post at {institution}.",
    "staff.csv の staff_id か、運用者の番号を確かめてください。何も変えていません。", "Check the staff_id of staff.csv, or the operator's number. Nothing was changed.", who="operator")  # fmt: skip
BAD_REGISTRATIONS = define("cli.bad-registrations", 422,
    "{file} は市区町村の登録一覧ではありません（{why}）。", "{file} is no list of registrations that a city signed ({why}).",
    "一件も取り込んでいません。その市区町村にもう一度もらってください。", "Nothing was taken. Ask that municipality for it again.", who="operator")  # fmt: skip
CITY_THERE = define("cli.city-there", 409,
    "{city} の住民 {count} 人はもう取り込まれています。", "The {count} residents of {city} were taken in before.",
    "何も変えていません。--registrations の一覧をもう一度書くのは、同じ住民のときだけです。", "Nothing was changed. The list of --registrations is written again for the same residents alone.", who="operator")  # fmt: skip
REGISTERED_ELSEWHERE = define("cli.registered-elsewhere", 409,
    "{count} 人が、すでに別の内容で登録されています。", "{count} people are registered already, and differently.",
    "一件も取り込んでいません。その市区町村に確かめてください。", "Nothing was taken. Ask that municipality.", who="operator")  # fmt: skip
