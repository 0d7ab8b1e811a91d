"""A city's database with very many rows, made by SQL: for measuring what grows, and for the tests that nothing does."""

from kazasu.foundation.database import Database, Transaction
from kazasu.foundation.database.rows import columns, secrets
from kazasu.foundation.values.numbers import IndividualNumber
from kazasu.municipality.register.model import KEEPING, Resident

CITY = "141003"
PERSON = "0000000007"
RECEIVERS = tuple(f"receiver:{n}" for n in range(10))
WAITING = 400


def fill(founder: Database, rows: int, waiting: int = WAITING) -> None:
    """So many accesses, residents, cases and waiting letters; of the cases only ``waiting`` are open."""

    def work(tx: Transaction) -> None:
        values = {"city": CITY, "rows": rows, "waiting": waiting, "people": max(rows // 20, 10)}
        for statement in _STATEMENTS:
            tx.execute(statement, values)
        _residents(tx, rows)

    founder.run("bench.fill", work, tenant=CITY, isolation="READ COMMITTED")


_STATEMENTS = (
    """INSERT INTO audit_log (tenant, at, actor, action, purpose_ja, purpose_en, subjects, case_id,
                              fields, nonce, leaf)
       SELECT %(city)s, '2026-11-01', 'clerk:1', 'municipality.resident.read', '計測', 'Measuring',
              ARRAY[lpad((n %% %(people)s)::text, 10, '0')], '', '{}', '\\x00', '\\x00'
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO audit_subject
       SELECT tenant, subjects[1], id FROM audit_log""",
    """INSERT INTO moving_out
       SELECT %(city)s, 'MV-' || n, 1, CASE WHEN n <= %(waiting)s THEN 'checked' ELSE 'closed' END, 1,
              '{"move_date": "2026-11-20", "member_ids": []}', '{}', '2026-11-01', '2026-11-01', '[]', '', '', '', NULL
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO leaver
       SELECT %(city)s, 'MV-' || n, lpad(n::text, 10, '0'), gen_random_uuid(), '011002', '2026-10-01',
              CASE WHEN n <= %(waiting)s THEN 'departed' ELSE 'arrived' END, NULL, 1
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO moving_in (municipality_code, case_id, version, kind, state, certificate, visit, entry,
                              moved_on, notified_on, decided_by, received_at)
       SELECT %(city)s, 'MV-' || n, 1, 'between-cities',
              CASE WHEN n <= %(waiting)s / 2 THEN 'ready' ELSE 'registered' END,
              '{"planned_date": "2026-11-20"}', '{}', '{}', '2026-11-20', '2026-11-20', '', '2026-11-01'
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO arriver (municipality_code, case_id, token, mover, included, resident_id, card, individual_number)
       SELECT %(city)s, 'MV-' || n, gen_random_uuid(), '{"name": "佐藤　花子"}', true, lpad(n::text, 10, '0'),
              CASE WHEN n <= %(waiting)s THEN 'pending' ELSE 'continued' END, decode(repeat('00', 33), 'hex')
       FROM generate_series(1, %(rows)s) n""",
    """INSERT INTO visit_place
       SELECT %(city)s, 'hall', '2026-11-25'::date - n / 100, '09:00', n %% 100, 'MV-' || n,
              gen_random_uuid(), NULL
       FROM generate_series(1, %(rows)s) n""",
    # What a receiver is to acknowledge stands where the sealed letter would.
    """INSERT INTO outbox (tenant, message_id, sender, recipient, kind, case_id, seq, sealed, created_at,
                           next_at)
       SELECT %(city)s, id, 'city:' || %(city)s, 'receiver:' || (n %% 10), 'bench', 'case-' || n / 20,
              1 + (n / 10) %% 2, id::text, at, at
       FROM (SELECT n, gen_random_uuid() AS id, '2026-11-01'::timestamptz + n * interval '1 ms' AS at
             FROM generate_series(1, %(rows)s) n) letter""",
)


def _residents(tx: Transaction, rows: int) -> None:
    """Their numbers are enciphered here: the database has no key."""
    how = secrets(Resident)["individual_number"]
    for first in range(1, rows + 1, _AT_ONCE):
        serials = range(first, min(first + _AT_ONCE, rows + 1))
        texts = [IndividualNumber.from_body(f"{n:011}").reveal(duty=KEEPING) for n in serials]
        places = [
            how.place("individual_number", {"resident_id": f"{n:010}", "version": 1})
            for n in serials
        ]
        numbers = [tx.cipher.encipher(*one) for one in zip(texts, places, strict=True)]
        indices = [tx.cipher.index(text, "individual_number") for text in texts]
        tx.execute(
            _RESIDENTS,
            {"city": tx.tenant, "serials": list(serials), "numbers": numbers, "indices": indices},
        )


_AT_ONCE = 10_000
_OTHERS = columns(Resident).replace("individual_number, ", "")
_RESIDENTS = f"""INSERT INTO resident (municipality_code, {_OTHERS}, individual_number, individual_number_index)
    SELECT %(city)s, lpad(n::text, 10, '0'), 1, lpad((n / 2)::text, 10, '0'),
           lpad(n::text, 10, '0') || digit, '佐藤　' || lpad(n::text, 6, '0'), 'サトウ　' || lpad(n::text, 6, '0'),
           '', '', 'SATO ' || lpad(n::text, 6, '0'), '1980-01-01', '昭和55年1月1日', '女', '世帯主', false,
           '2310017', '神奈川県', '横浜市', '本町', '1番地', '', '2015-04-01', '2015-04-01', '', '', '',
           '', '', NULL, '', false, false, false, '', false, true, false, 'resident', '改製',
           '2015-04-01', NULL, '', NULL, '', NULL, '', '2026-11-01', 'system:bench', '', number, index
    FROM unnest(%(serials)s::int[], %(numbers)s::bytea[], %(indices)s::bytea[]) AS given(n, number, index),
         LATERAL (SELECT sum(n / power(10, k)::int %% 10 * (k %% 6 + 2)) AS total
                  FROM generate_series(0, 6) k) weighed,
         LATERAL (SELECT CASE WHEN total %% 11 <= 1 THEN 0 ELSE 11 - total %% 11 END AS digit) checked"""
