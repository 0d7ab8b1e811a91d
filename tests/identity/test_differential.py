"""One script of requests, played against ours and against npm oidc-provider with the same profile.

Compared are classes of outcome: accepted, which OAuth error, or a page that leads nowhere. Each
difference stands in :data:`DIFFERENCES` with its reason; one that does not stand there fails.
"""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey

from kazasu.cli.processes.countries import free_port
from tests.identity.conftest import World
from tests.identity.parties import EVERYTHING, Relying
from tests.identity.refused import CASES, Two, outcome
from tests.identity.test_negative import UNCHANGED

FOREIGN = Path(__file__).parent.parent / "foreign"
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")

OURS_ALONE = ("sign_", "latest_", "register_", "manage_")
"""Interfaces that the other program does not have."""
NOT_PLAYED = {
    # a clock that stands, which the other has not; tokens that only our service makes
    "par_reference_late", "code_late", "logout_by_logout_token", "logout_by_event",
    # about our signing transactions, handles and registration
    "auth_transaction_of_another", "auth_transaction_without_scope", "par_transaction_of_another",
    "token_exchange", "token_refresh_not_registered", "userinfo_by_registration_secret",
    "document", "registration", "own registration", "assertion PS256",
}  # fmt: skip
REASONS: dict[str, str] = {
    "state and nonce are required here, and are 1 to 255 printable ASCII characters (identity §1)": """
        auth_empty_state auth_empty_nonce auth_state_with_line_end auth_nonce_with_line_end
        auth_state_with_nul auth_nonce_too_long auth_nonce_in_full_width par_without_state""",
    "a scope that we do not give is an error here; there it is left out": """
        auth_scope_of_public_institutions auth_scope_of_clients_alone
        token_own_openid token_own_attributes token_own_nothing""",
    "both refuse; another error of the same specifications is named": """
        auth_response_mode_jwt auth_scope_in_capitals auth_scope_by_comma
        par_with_request_uri par_by_another par_with_basic par_proof_of_another_key
        assertion_exp_nan assertion_exp_endless assertion_missing assertion_of_another_client
        assertion_type_saml assertion_by_basic assertion_deeply_nested assertion_list_as_claims
        assertion_four_parts assertion_full_width code_with_line_end code_with_full_width_verifier
        code_bound_without_proof code_bound_to_another_key code_of_strict_without_proof
        code_without_redirect refresh_nothing dpop_key_of_another dpop_twice dpop_jti_half_character
        userinfo_in_the_query userinfo_basic userinfo_no_scheme userinfo_bound_without_proof
        userinfo_bound_as_bearer_with_proof""",
    "every authorization is a tap; there a session from before answers": "auth_prompt_none auth_prompt_none_twice",
    "a response type is said once": "auth_twice_code",
    "a key's thumbprint has one form here": "auth_dpop_jkt_no_thumbprint",
    "a party that binds its tokens binds its code too (RFC 9449 10)": "par_strict_without_key",
    "an assertion lives five minutes at most, has an unguessable jti, one audience, no extension, no"
    " tolerance after its end": """
        assertion_of_a_day assertion_expired assertion_exp_huge assertion_short_jti
        assertion_jti_long assertion_jti_nul assertion_jti_half_character assertion_audience_origin
        assertion_audience_two assertion_crit_b64""",
    "a secret beside an assertion is two ways at once (RFC 6749 2.3)": "assertion_with_secret",
    "a code is one guess here": "code_after_a_wrong_try",
    "refresh tokens of confidential clients are bound to the key too": """
        refresh_bound_without_proof refresh_bound_to_another_key refresh_bearer_with_a_key""",
    "a proof is fresh for a minute here, for five there; its jti is eight characters or more": """
        dpop_old dpop_future dpop_jti_short dpop_jti_nul""",
    "the ID token is the proof here; there the person is asked once more": """
        refresh_after_sign_out userinfo_after_sign_out""",
}  # fmt: skip
DIFFERENCES = {name: reason for reason, names in REASONS.items() for name in names.split()}


class PeerWorld:
    """The other program, with the names that :class:`tests.identity.conftest.World` has."""

    def __init__(self, port):
        self.issuer = self.origin = f"http://127.0.0.1:{port}"
        self.protocol = f"{self.issuer}/protocol/openid-connect"
        self.clock = SimpleNamespace(now=lambda: datetime.now(UTC))
        self.browser = httpx.Client(timeout=30, trust_env=False)

    def answer_of(self, response, card=1):
        """Through the interaction, which always agrees, to the party's address."""
        for _ in range(6):
            where = urljoin(str(response.url), response.headers["location"])
            if not where.startswith(self.issuer):
                return {k: v[0] for k, v in parse_qs(urlsplit(where).query).items()}
            response = self.browser.get(where)
        raise AssertionError(response.text)


class PeerParty(Relying):
    """A client that the other program was started with."""

    def __init__(self, name, **more):
        self.key = ECKey.generate_key("P-256", {"kid": f"{name}-1"})
        self.dpop = ECKey.generate_key("P-256")
        self.home = f"https://{name}.example"
        self.client_id = name.title()
        self.redirect_uri = f"{self.home}/callback"
        self.configured = {
            "client_id": self.client_id,
            "redirect_uris": [self.redirect_uri],
            "post_logout_redirect_uris": [f"{self.home}/bye"],
            "jwks": {"keys": [{**self.key.as_dict(private=False), "kid": self.key.kid}]},
            "scope": EVERYTHING.replace("age_over_20 ", ""),
        } | more

    def request(self, **changes):
        """It gives refresh tokens only where the person is asked anew; ours asks at every tap."""
        values = super().request(**changes)
        offline = "offline_access" in values.get("scope", "")
        return {"prompt": "consent"} | values if offline else values


class PeerTwo(Two):
    def __init__(self, world, parties):
        self.world = world
        self.a, self.b, self.strict = parties
        for party in parties:
            party.world = world


@pytest.fixture(scope="module")
def peer():
    program = shutil.which("node")
    if program is None or not (FOREIGN / "node_modules").is_dir():
        pytest.skip("oidc-provider is missing: run ./kazasu test once")
    parties = [
        PeerParty("alpha"),
        PeerParty("beta"),
        PeerParty(
            "strict", dpop_bound_access_tokens=True, require_pushed_authorization_requests=True
        ),
    ]
    port = free_port()
    with subprocess.Popen(
        [program, "peer.mjs", str(port)], cwd=FOREIGN, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            process.stdin.write(json.dumps([one.configured for one in parties]) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "ready\n"
            world = PeerWorld(port)
            yield PeerTwo(world, parties)
            world.browser.close()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def ours(module_databases):
    return Two(World(module_databases, module_databases.clock))


def script():
    played = {case.name: case.send for case in CASES if not case.name.startswith(OURS_ALONE)}
    return {name: send for name, send in (UNCHANGED | played).items() if name not in NOT_PLAYED}


def of(two, name, send):
    """The class of the outcome; whatever page leads nowhere is one class."""
    found = outcome(send(two))
    if name.startswith("logout_") and not found.startswith("accepted"):
        return "page"
    if found.startswith("accepted"):
        return "accepted"
    return "page" if found.startswith(("identity.", "400", "404", "405")) else found


def test_ours_and_a_certified_provider_agree_but_for_what_is_listed(ours, peer):
    found = {}
    for name, send in script().items():
        here, there = of(ours, name, send), of(peer, name, send)
        if here != there:
            found[name] = f"{here} | {there}"
    unlisted = {name: both for name, both in found.items() if name not in DIFFERENCES}
    assert not unlisted, json.dumps(unlisted, indent=1)
    assert sorted(set(DIFFERENCES) - set(found)) == [], "no longer different"


def test_the_script_is_long_enough():
    assert len(script()) >= 60
