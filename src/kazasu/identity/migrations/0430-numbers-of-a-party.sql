-- What a private party gets of a signature or a sign-in names nobody to anybody else: the number of the evidence is drawn for the
-- party, J-LIS's own stays here; and the public keys by which statements are verified outlast their private halves.

ALTER TABLE release ADD COLUMN party_evidence_id uuid NOT NULL DEFAULT gen_random_uuid();

ALTER TABLE release ALTER COLUMN party_evidence_id DROP DEFAULT;

-- What was told already stays what it was told as.
UPDATE release r SET party_evidence_id = e.evidence_id FROM signature_evidence e
    WHERE e.client_id = r.client_id AND e.sign_transaction_id = r.sign_transaction_id;

CREATE TABLE statement_key (
    kid         text PRIMARY KEY,
    jwk         jsonb NOT NULL,
    active_from timestamptz NOT NULL
);

SELECT protect('statement_key', verbs => 'SELECT, INSERT, DELETE');
