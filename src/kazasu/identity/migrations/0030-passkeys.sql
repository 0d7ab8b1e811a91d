-- Passkeys, bound after a tap: the card is needed for proofing and step-up only.

CREATE TABLE passkey_holder (
    person_ref  text PRIMARY KEY,
    user_handle bytea NOT NULL UNIQUE
);

SELECT protect('passkey_holder', personal => true, verbs => 'SELECT, INSERT, DELETE');

CREATE TABLE passkey (
    person_ref    text NOT NULL,
    credential_id bytea NOT NULL,
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    synced        boolean NOT NULL,
    bound_at      timestamptz NOT NULL,
    evidence_id   text NOT NULL,
    used_at       timestamptz,
    ended_at      timestamptz,
    ended_by      text NOT NULL DEFAULT '',
    PRIMARY KEY (person_ref, credential_id),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);

CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id, person_ref);

SELECT protect('passkey', personal => true, verbs => 'SELECT, INSERT');

GRANT UPDATE (sign_count, used_at, ended_at, ended_by) ON passkey TO identity;

-- What a passkey has to sign for a request: fetched and removed by the first answer.
CREATE TABLE passkey_challenge (
    authorization_id text PRIMARY KEY,
    challenge        bytea NOT NULL,
    expires_at       timestamptz NOT NULL
);

CREATE INDEX passkey_challenge_expiry ON passkey_challenge (expires_at);

SELECT protect('passkey_challenge', verbs => 'SELECT, INSERT, UPDATE, DELETE');
