"""``pki replace-keys``: an institution's keys, replaced while it is in service."""

import argparse
from datetime import timedelta
from typing import Final

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import NO_COUNTRY
from kazasu.cli.output.speech import say
from kazasu.exchange.directory import read_directory, write_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.country_clock import open_clock
from kazasu.jpki.authorities.institutions import replace_keys
from kazasu.jpki.authorities.keyring import read_authority

LEAD: Final = timedelta(minutes=1)
"""Before the new keys are used, where every process reads this very directory: each looks at it once a second."""


def configure(verbs: Verbs) -> None:
    replacing = add_verb(
        verbs, "replace-keys", Text("機関の鍵を、動いたまま取り替える", "replace an institution's keys in service"), _replace
    )  # fmt: skip
    replacing.add_argument(
        "institution",
        metavar="INSTITUTION",
        help="機関の名（city:141003、bank など） / the institution: city:141003, bank …",
    )
    replacing.add_argument(
        "--after", type=int, metavar="DAYS",
        help="何日後から新しい鍵を使うか。名簿をよそへ配る日数（既定: 1分後）/ from when the new keys are used: as long as it takes to carry the directory to others (default: a minute)",
    )  # fmt: skip
    replacing.add_argument(
        "--accept", type=int, default=90, metavar="DAYS",
        help="前の鍵の署名を、そのあと何日受け入れるか / how long after it the keys before still verify (90)",
    )  # fmt: skip
    replacing.add_argument(
        "--compromised", action="store_true",
        help="前の鍵が漏れた: いますぐ替え、前の鍵の署名を受け入れない / the keys before are in other hands: at once, and they verify no more",
    )  # fmt: skip


def _replace(arguments: argparse.Namespace) -> int:
    """Where the authority, the directory and the institution's keys lie in one folder."""
    settings = settings_from(arguments)
    file = settings.directory_file
    if not file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    clock = open_clock(settings)
    now = clock.now()
    directory = read_directory(file, clock)
    entry = directory.entry(arguments.institution)
    authority = read_authority(file.parent, "institutions-ca", settings.pki_passphrase())
    since = now + (LEAD if arguments.after is None else timedelta(days=max(arguments.after, 0)))
    until = since + timedelta(days=max(arguments.accept, 0))
    if arguments.compromised:
        since, until = now, now - timedelta(microseconds=1)
    entered = replace_keys(authority, file.parent, entry, now, since, until)
    write_directory(
        file, directory.authority_pem, [entered if one.id == entry.id else one for one in directory]
    )
    say(
        Text(
            "{institution} の新しい鍵は {since} から使われます。前の鍵は {until} まで検証できます。",
            "The new keys of {institution} are used from {since}. The ones before verify until {until}.",
        ),
        institution=entry.id,
        since=f"{since.astimezone(JST):%Y-%m-%d %H:%M:%S}",
        until=f"{until.astimezone(JST):%Y-%m-%d %H:%M:%S}",
    )
    say(
        Text(
            "ほかのところで動く機関があれば、{file} をそこにも置いてください。動いたままで読み直されます。",
            "Carry {file} to where other institutions run. It is read again while they run.",
        ),
        file=file,
    )
    return 0
