"""What can be wrong with enciphered columns and their keys."""

from kazasu.foundation.faults import define

NO_KEY = define("enciphering.no-key", 500,
    "{institution} の列の鍵 {file} がありません。個人番号は、この鍵がなければ読み書きできません。", "The column key of {institution}, {file}, is missing. No individual number can be read or written without it.",
    "鍵を控えから戻してください。まだ一度も使っていない機関なら、found keys をもう一度実行すると作られます。", "Put it back from a copy. If the institution has kept nothing yet, run found keys once more: it makes what is missing.", who="operator")  # fmt: skip
KEY_UNREADABLE = define("enciphering.key-unreadable", 500,
    "列の鍵のファイル {file} が読めません（{why}）。", "The column key in {file} does not read ({why}).",
    "控えから戻してください。新しく作ると、これまでの個人番号は読めなくなります。", "Put it back from a copy. With a new one, the numbers that were kept until now cannot be read.", who="operator")  # fmt: skip
UNKNOWN_KEY = define("enciphering.unknown-key", 500,
    "{institution} のデータベースには、鍵 {key} で暗号化された値がありますが、鍵のファイルにその鍵がありません。", "The database of {institution} holds values enciphered under the key {key}, which is not in its file of keys.",
    "その鍵が入っている列の鍵のファイルを、控えから戻してください。", "Put back, from a copy, the file of column keys that holds it.", who="operator")  # fmt: skip
NOT_OF_THIS_PLACE = define("enciphering.not-of-this-place", 500,
    "{institution} の {table}.{column} にある値は、その人のその列のために書かれたものではありません。", "The value in {table}.{column} of {institution} was not written for that person and that column.",
    "データベースがアプリケーションの外で書き換えられています。監査記録（audit verify）と控えを調べてください。", "The database was changed behind the application's back. Look at the audit records (audit verify) and at a backup.", who="operator")  # fmt: skip
BEING_RENEWED = define("enciphering.being-renewed", 409,
    "{institution} の鍵は、いま別のところで更新されています。", "The key of {institution} is being renewed elsewhere now.",
    "それが終わってから、もう一度実行してください。", "Run this again when that has ended.", who="operator")  # fmt: skip
