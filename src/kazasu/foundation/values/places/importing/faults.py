"""What is refused of a publisher's file: which file, where in it, and what to do. Nothing is changed by a refused one."""

from kazasu.foundation.faults import define

OTHER_KIND = define("places.other-kind", 422,
    "{file} は、取り込む表ではありません（{found}）", "{file} is no table that is taken ({found_en})",
    "取り込めるのは、日本郵便の utf_ken_all と、アドレス・ベース・レジストリの mt_pref・mt_city・mt_town です。何も変えていません", "Taken are Japan Post's utf_ken_all and the Address Base Registry's mt_pref, mt_city and mt_town. Nothing was changed", who="operator")  # fmt: skip
OTHER_ENCODING = define("places.other-encoding", 422,
    "{file} の {line} 行目は UTF-8 ではありません（{encoding} のようです）", "Line {line} of {file} is not UTF-8 (it looks like {encoding})",
    "発行元の UTF-8 の版をそのまま使ってください。表計算ソフトで保存し直した表は、桁も変わります。何も変えていません", "Take the publisher's UTF-8 edition as it is; a table that a spreadsheet saved has lost digits, too. Nothing was changed", who="operator")  # fmt: skip
BAD_HEADING = define("places.bad-heading", 422,
    "{file} の見出しが違います。ない列: {missing}。二度ある列: {twice}", "The headings of {file} are others. Missing: {missing}. Twice: {twice}",
    "見出しの行を消していない、正式版（2024 年以後の形式）のファイルを使ってください。何も変えていません", "Take a file with its line of headings, of the format since 2024. Nothing was changed", who="operator")  # fmt: skip
BAD_ROW = define("places.bad-row", 422,
    "{file} の {line} 行目に {found} 列あります（{expected} 列のはずです）", "Line {line} of {file} has {found} columns, not {expected}",
    "途中で切れたファイルかもしれません。もう一度ダウンロードしてください。何も変えていません", "The file may have been cut off: download it again. Nothing was changed", who="operator")  # fmt: skip
BAD_QUOTES = define("places.bad-quotes", 422,
    "{file} の {line} 行目からは CSV として読めません（{why}）", "From line {line} on {file} does not read as CSV ({why})",
    "引用符が閉じていないか、途中で切れています。もう一度ダウンロードしてください。何も変えていません", "A quotation mark is left open, or the file was cut off: download it again. Nothing was changed", who="operator")  # fmt: skip
BAD_CELL = define("places.bad-cell", 422,
    "{file} の {line} 行目、{column} の「{given}」が読めません（{expected}）", "Line {line} of {file}: {given} in {column} does not read ({expected_en})",
    "発行元のファイルをそのまま使ってください。表計算ソフトで開いて保存すると、先頭の 0 や日付の形が変わります。何も変えていません", "Take the publisher's file as it is: a spreadsheet that saves it drops leading zeros and rewrites dates. Nothing was changed", who="operator")  # fmt: skip
ROW_TWICE = define("places.row-twice", 422,
    "{file} の {line} 行目の {key} は、{first} にもあります", "{key} in line {line} of {file} stands in {first}, too",
    "同じファイルを二度指定していないか、確かめてください。続くなら、発行元に知らせてください。何も変えていません", "Make sure that no file is named twice. If it is not that, tell the publisher. Nothing was changed", who="operator")  # fmt: skip
NO_ROWS = define("places.no-rows", 422,
    "{file} に、いま使われている行がありません", "{file} has no row that is in force",
    "別のファイルを指定していないか、確かめてください。何も変えていません", "Make sure that it is the right file. Nothing was changed", who="operator")  # fmt: skip
BAD_ZIP = define("places.bad-zip", 422,
    "{file} を展開できません（{why}）", "{file} cannot be unpacked ({why})",
    "もう一度ダウンロードするか、CSV を取り出して指定してください。何も変えていません", "Download it again, or unpack the CSV and name that. Nothing was changed", who="operator")  # fmt: skip
MUCH_SMALLER = define("places.much-smaller", 409,
    "{file} の行は {after}、いまの表は {before} です。ここまで減る更新はありません", "{file} has {after} rows, the table in use {before}: no edition loses so many",
    "全国のファイルか、途中で切れていないかを確かめてください。それでも取り込むなら --smaller を付けてください。何も変えていません", "Make sure that it is of the whole country and not cut off. To take it nevertheless: --smaller. Nothing was changed", who="operator")  # fmt: skip
SAMPLE_IN_PRODUCTION = define("places.sample-in-production", 409,
    "{file} は見本です。町字IDは架空なので、本番では取り込みません", "{file} is a sample with made-up identifiers, which no production takes",
    "デジタル庁が公開しているファイルを指定してください。何も変えていません", "Name the files that the Digital Agency publishes. Nothing was changed", who="operator")  # fmt: skip
