-- What outlives a signing transaction: evidence of the signature, and who holds which consent.

-- Sealed to the service itself: digest of the document, signature, the certificate's id. Kept for years.
CREATE TABLE signature_evidence (
    client_id           text NOT NULL,
    evidence_id         uuid NOT NULL,
    sign_transaction_id uuid NOT NULL,
    person_ref          text NOT NULL,
    signed_at           timestamptz NOT NULL,
    sealed              text NOT NULL,
    PRIMARY KEY (client_id, evidence_id),
    UNIQUE (client_id, sign_transaction_id)
);

SELECT protect('signature_evidence', personal => true, verbs => 'SELECT, INSERT');

-- The consents themselves stand at J-LIS; here only whom to tell when something happens.
CREATE TABLE attribute_consent (
    consent_id uuid PRIMARY KEY,
    client_id  text NOT NULL,
    person_ref text NOT NULL,
    given_at   timestamptz NOT NULL
);

SELECT protect('attribute_consent', personal => true, verbs => 'SELECT, INSERT');
