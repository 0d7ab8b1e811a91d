"""Signing transactions, latest attributes, evidence, proofs."""

import json

from tests.identity.parties import FORM
from tests.identity.refused.table import Case, rows
from tests.support import pki

CASES: list[Case] = []

CASES += rows(
    "identity.unknown-sign-transaction",
    "IDOR: authority comes from the token alone",
    sign_result_of_another=lambda t: t.b.result(t.transaction),
    sign_result_unknown=lambda t: t.a.result("11111111-1111-4111-8111-111111111111"),
    sign_result_no_number=lambda t: t.a.result("x"),
    sign_result_nul=lambda t: t.a.result("%00"),
)
CASES += rows(
    "identity.not-signed",
    "nothing before the card",
    sign_result_before_the_tap=lambda t: t.a.result(t.transaction),
)
CASES += rows(
    "identity.bad-document", "no signature without readable words (identity §6.6)",
    sign_empty=lambda t: t.a.deposit(document=b"{}"),
    sign_a_digest=lambda t: t.a.deposit(document=bytes(32)),
    sign_no_words=lambda t: t.a.deposit(document=b'{"title":{"ja":"a","en":"a"},"lines":[]}'),
    sign_name_twice=lambda t: t.a.deposit(
        document=t.world.document().replace(b'"lines"', b'"title":{"ja":"x","en":"x"},"lines"')),
    sign_no_base64=lambda t: _deposit_raw(t, "***"),
    sign_nested=lambda t: t.a.deposit(document=b"[" * 9000),
    sign_too_long=lambda t: _deposit_raw(t, pki.b64(b" " * 70000)),
    sign_audience_unknown=lambda t: t.a.deposit(audiences=["nobody"]),
    sign_latin_1=lambda t: t.a.deposit(document="{\"title\":\"é\"}".encode("latin-1")),
)  # fmt: skip
CASES += rows(
    "exchange.unreadable",
    "bodies are JSON of the declared form",
    sign_no_json=lambda t: _posted(t, b"{"),
    sign_unknown_member=lambda t: t.a.deposit(extra=1),
    sign_list=lambda t: _posted(t, b"[]"),
    sign_audiences_no_list=lambda t: t.a.deposit(audiences="city:141003"),
    sign_as_a_form=lambda t: _posted(t, b"document=x", FORM),
    sign_half_character=lambda t: _posted(t, b'{"document":"\\ud800","audiences":[]}'),
    sign_wrong_charset=lambda t: _posted(t, '{"document":"x"}'.encode("utf-16")),
)


def _posted(t, body, kind="application/json"):
    headers = {"authorization": f"Bearer {t.a.own()}", "content-type": kind}
    url = f"{t.world.origin}/api/sign-transactions"
    return t.world.browser.post(url, content=body, headers=headers)


def _deposit_raw(t, text):
    return _posted(t, json.dumps({"document": text, "audiences": []}).encode())


NOBODYS = "11111111-1111-4111-8111-111111111111"


def _latest(t, path, token=None, method="POST", **body):
    headers = {"authorization": f"Bearer {token or t.a.own('latest_attributes')}"}
    url = f"{t.world.origin}/api/{path}"
    return t.world.browser.request(method, url, json=body, headers=headers)


CASES += rows(
    "invalid_token", "RFC 6750 3.1: each interface has its own scope, and no person's token opens it",
    sign_verify_by_another_scope=lambda t: _latest(t, "sign-transactions/verify"),
    latest_consents_by_another_scope=lambda t: _latest(t, "latest-attributes/consents", t.a.own()),
    latest_status_by_another_scope=lambda t: _latest(t, "latest-attributes/status", t.a.own()),
    latest_give_by_a_persons_token=lambda t: _latest(
        t, "latest-attributes/give", t.tokens["access_token"]),
    latest_changes_by_guess=lambda t: _latest(t, "latest-attributes/changes", "guess"),
    latest_end_by_another_scope=lambda t: _latest(
        t, f"latest-attributes/consents/{NOBODYS}", t.a.own(), "DELETE"),
    sign_proof_by_another_scope=lambda t: _latest(t, f"proofs/{NOBODYS}", t.a.own(), "GET"),
)  # fmt: skip
CASES += rows(
    "exchange.unreadable", "bodies are JSON of the declared form",
    latest_no_item=lambda t: _latest(
        t, "latest-attributes/consents", items=[], purpose="legal-duty", months=12),
    latest_item_individual_number=lambda t: _latest(
        t, "latest-attributes/consents", items=["individual_number"], purpose="legal-duty", months=12),
    latest_purpose_of_its_own=lambda t: _latest(
        t, "latest-attributes/consents", items=["name"], purpose="marketing", months=12),
    latest_term_without_end=lambda t: _latest(
        t, "latest-attributes/consents", items=["name"], purpose="legal-duty", months=61),
    latest_status_of_nothing=lambda t: _latest(t, "latest-attributes/status", certificate_ids=[]),
    latest_status_by_serial=lambda t: _latest(t, "latest-attributes/status", certificate_ids=["12345678"]),
    latest_end_without_number=lambda t: _latest(t, "latest-attributes/consents/x", None, "DELETE"),
)  # fmt: skip
CASES += rows(
    "identity.bad-document",
    "only the service writes consents (identity §3)",
    sign_a_forged_consent=lambda t: t.a.deposit(document=_forged_consent()),
)
CASES += rows(
    "identity.unknown-evidence", "IDOR: evidence is the party's own",
    sign_verify_nobodys=lambda t: _latest(
        t, "sign-transactions/verify", t.a.own(), evidence_id=NOBODYS, document="e30="),
    sign_verify_of_another=lambda t: _latest(
        t, "sign-transactions/verify", t.b.own(), evidence_id=t.signed["evidence_id"],
        document=pki.b64(t.world.document())),
)  # fmt: skip
CASES += rows(
    "identity.unknown-record", "IDOR: a proof is told to its party alone",
    sign_proof_of_another=lambda t: _latest(
        t, f"proofs/{t.proof_of_a}", t.b.own("events"), "GET"),
    sign_proof_of_nothing=lambda t: _latest(t, f"proofs/{NOBODYS}", t.a.own("events"), "GET"),
)  # fmt: skip


def _forged_consent():
    return json.dumps({
        "title": {"ja": "同意", "en": "Consent"},
        "lines": [{"label_ja": "a", "label_en": "a", "value": "a"}],
        "data": {"form": " Attribute-Consent/1"},
    }).encode()  # fmt: skip
