"""What a newer table changes, as a person or a program reads it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from kazasu.cli.output.speech import language, put, say
from kazasu.foundation.text import Text
from kazasu.foundation.values.places.importing.address_base import Read
from kazasu.foundation.values.places.importing.changes import Changes, Renamed
from kazasu.foundation.values.places.tables import About

_SHOWN = 20
"""Of each kind; all are counted, and ``--json`` has all."""
_KINDS = {
    "new_municipalities": Text("新しい市区町村", "New municipalities"),
    "merged": Text(
        "なくなった市区町村（いまの所属）", "Municipalities that are gone (where they are now)"
    ),
    "new_towns": Text("新しい町", "New towns"),
    "gone_towns": Text("なくなった町", "Towns that are gone"),
    "renamed_towns": Text("名前の変わった町", "Towns with another name"),
    "new_postcodes": Text("新しい郵便番号", "New postcodes"),
    "gone_postcodes": Text("なくなった郵便番号", "Postcodes that are gone"),
}
Key = tuple[str, str]


def of_postcodes(changes: Changes, about: About, *, as_json: bool) -> None:
    if as_json:
        put(
            json.dumps(
                {"table": "postcodes", **asdict(about), **asdict(changes)}, ensure_ascii=False
            )
        )
        return
    say(Text("郵便番号 {files}: {edition} 版、{rows} 行", "Postcodes {files}: edition {edition}, {rows} rows"),
        files=about.files, edition=about.edition or "?", rows=f"{about.rows:,}")  # fmt: skip
    _kinds({name: getattr(changes, name) for name in _KINDS})


def of_registry(
    found: Read, before: Mapping[Key, str], after: Mapping[Key, str], about: About, *, as_json: bool
) -> None:
    """Of the Registry a town is its identifier: of another name it is the same one."""
    changes: dict[str, Sequence[str | Renamed]] = {
        "new_towns": sorted(after[key] for key in after.keys() - before.keys()) if before else [],
        "gone_towns": sorted(before[key] for key in before.keys() - after.keys()),
        "renamed_towns": [
            Renamed(before[key], after[key])
            for key in sorted(before.keys() & after.keys())
            if before[key] != after[key]
        ],
    }
    left_out = {
        "ended": found.ended,
        "not_begun": found.not_begun,
        "unknown_state": found.unknown_state,
    }
    if as_json:
        named = {
            **changes,
            "renamed_towns": [
                asdict(one) for one in changes["renamed_towns"] if isinstance(one, Renamed)
            ],
        }
        put(json.dumps({"table": "registry", **asdict(about), **named, **left_out,
            "without_roman": found.without_roman, "unknown_columns": found.passed_over}, ensure_ascii=False))  # fmt: skip
        return
    say(Text("アドレス・ベース・レジストリ {files}: {edition} 版、町字 {rows} 件", "Address Base Registry {files}: edition {edition}, {rows} 町字"),
        files=about.files, edition=about.edition or "?", rows=f"{about.rows:,}")  # fmt: skip
    if about.sample:
        say(Text("  見本です。町字IDは架空です。", "  A sample: its identifiers are made up."))
    say(Text("  取り込まない行: 廃止 {ended}、まだ効力のない {not_begun}、状態が不明 {unknown_state}",
             "  Rows left out: {ended} ended, {not_begun} not yet in force, {unknown_state} of unknown state"), **left_out)  # fmt: skip
    say(
        Text(
            "  ローマ字のない町字 {count} 件は、規則でつくります",
            "  {count} 町字 without a Latin name: theirs are built by rule",
        ),
        count=f"{found.without_roman:,}",
    )
    if found.passed_over:
        say(
            Text(
                "  知らない列は読みません: {columns}",
                "  Columns that are not known are passed over: {columns}",
            ),
            columns=", ".join(found.passed_over),
        )
    if before:
        _kinds(changes)
    else:
        say(Text("  いままで取り込まれていません。", "  None was in use before."))


def of_residents(lost: Mapping[str, int] | None, *, as_json: bool) -> None:
    if as_json:
        put(json.dumps({"table": "residents", "unplaced": lost}, ensure_ascii=False))
    elif lost is None:
        say(
            Text(
                "ここから見える住民記録はないので、住所は比べていません。",
                "No register can be seen whole from here: addresses were not compared.",
            )
        )
    elif not lost:
        say(
            Text(
                "住民の住所は、すべて新しい表にもあります。",
                "All residents' addresses stand in the new table, too.",
            )
        )
    else:
        say(Text("新しい表にない住所の住民: {count} 人。記録は変わりません。市区町村が職権で直します。",
                 "Residents whose addresses no longer stand in the table: {count}. Their records stay; each municipality corrects them ex officio."),
            count=f"{sum(lost.values()):,}")  # fmt: skip
        for city, people in sorted(lost.items()):
            put(f"    {city}  {people:,}")


def _kinds(changes: Mapping[str, Sequence[str | Renamed]]) -> None:
    if not any(changes.values()):
        say(Text("  変わりません。", "  Nothing changes."))
    for name, several in changes.items():
        if several:
            put(f"  {_KINDS[name].to(language())}: {len(several):,}")
            for one in several[:_SHOWN]:
                put(f"    {one.before} → {one.after}" if isinstance(one, Renamed) else f"    {one}")
            if len(several) > _SHOWN:
                say(
                    Text("    ほか {count} 件", "    and {count} more"),
                    count=f"{len(several) - _SHOWN:,}",
                )
