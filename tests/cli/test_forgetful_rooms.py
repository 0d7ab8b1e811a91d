"""Rooms that forget who may do what: their contract goes red, and says what to do (``tests/support/room_contract.py``).

Each is written as ``kazasu room new`` writes it, then spoilt by hand in one way that a tired person could.
"""

import os
import subprocess
import sys

import pytest
from tools.mutants import Tree

EVERYBODY = """
    def everybody(self, tenant: str, subject: str) -> list[Card]:
        return self._house.database.run(
            "NAME.all",
            lambda tx: tx.all(Card, "SELECT card_id, subject FROM card WHERE tenant = %s", (tx.tenant,)),
            tenant=tenant,
            access=READ.by("resident"SUBJECTS),
        )
"""
LISTED = (
    "{% for one in all %}<p>{{ one.card_id }} {{ one.subject }}</p>{% endfor %}\n{% endblock %}"
)
REGISTER_PUBLIC = ("pages.py", '@post("/card", PERSON)', '@post("/card", public("open to all"))')

DESK_LISTS = [
    ("service.py", "", EVERYBODY.replace("SUBJECTS", "")),
    ("pages.py", '"desk.html", clerk=clerk(request)',
     '"desk.html", clerk=clerk(request), all=self._cards.everybody(request.state.tenant, "")'),
    ("templates/desk.html", "{% endblock %}\n", LISTED),
]  # fmt: skip
CARD_LISTS = [
    ("service.py", "", EVERYBODY.replace("SUBJECTS", ", subjects=(subject,)")),
    ("pages.py", '"card.html", card=found',
     '"card.html", card=found, all=self._cards.everybody(request.state.tenant, request.state.session.subject)'),
    ("templates/card.html", "{% endblock %}\n", LISTED),
]  # fmt: skip

SPOILT = {
    "openroom": (
        [REGISTER_PUBLIC, *DESK_LISTS],
        "'' is nobody", "declared for who is signed in, not public",
        "GET /desk", "somebody without a post", "subjects=(…) names the person",
    ),
    "nobodyroom": (
        [
            REGISTER_PUBLIC,
            ("service.py", 'REGISTER = action("NAME.card.register", "resident", OWN)',
             'REGISTER = action("NAME.card.register", "system", OWN, itself="desk")'),
            ("service.py", 'REGISTER.by("resident", subjects=(subject,))', "REGISTER.by()"),
        ],
        "a form that nobody signed in for writes rows of people", "whose subject is empty",
    ),
    "othersroom": (
        [
            *CARD_LISTS,
            ("pages.py", "def card(self, request: Request) -> Response:\n",
             "def card(self, request: Request) -> Response:\n        int(request.query_params.get('most', '1'))\n"),
        ],
        "GET /card", "Ask for the person's own rows in WHERE", "'most': 'x'", "ValueError",
    ),
    "namelessroom": (
        [*CARD_LISTS, ("model.py", '    PERSON: ClassVar = "subject"\n', "")],
        "reads a row of person", "ask for the session's own person in WHERE",
    ),
}  # fmt: skip
"""Its name → what is changed in it (file, words, other words; no words: at the end), and what it is told."""


def run(tree, *command):
    path = os.pathsep.join([str(tree / "src"), str(tree)])
    return subprocess.run(
        [sys.executable, *command], cwd=tree, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(tree.parent / "bytecode")},
    )  # fmt: skip


def spoil(tree, name, changes):
    for file, *words in changes:
        path = tree / "src/kazasu" / name / file
        text = path.read_text(encoding="utf-8")
        old, new = (one.replace("NAME", name) for one in words)
        assert old in text, (name, file)
        at = text.rindex(old) if old else len(text)
        path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What pytest says of each room's contract, all in one process."""
    tree = Tree(tmp_path_factory.mktemp("forgetful")).folder
    for name, (changes, *_) in SPOILT.items():
        done = run(tree, "-m", "kazasu", "room", "new", name, "--tenants", "--sign-in", "--staff")
        assert done.returncode == 0, done.stdout + done.stderr
        spoil(tree, name, changes)
    tests = [f"tests/{name}/test_room.py::test_it_keeps_the_contract_of_a_room" for name in SPOILT]
    done = run(
        tree, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--tb=short", "--show-capture=no", *tests
    )  # fmt: skip
    parts = done.stdout.split("test_it_keeps_the_contract_of_a_room ___")
    return {name: next((one for one in parts if f"tests/{name}/test_room.py" in one), done.stdout[-2000:]) for name in SPOILT}  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SPOILT)
def test_its_contract_is_red_and_says_what_to_do(told, name):
    _, *words = SPOILT[name]
    missing = [one for one in words if one not in told[name]]
    assert missing == [], told[name][:3000]
