-- Persons with certificates, the certificates, and under which name each asker knows a person.

CREATE TABLE person (
    person_id            uuid PRIMARY KEY,
    resident_record_code text NOT NULL UNIQUE
);

CREATE TABLE card (
    card_id   text PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES person,
    media     text NOT NULL CHECK (media IN ('card', 'phone')),
    expires_on date NOT NULL,
    issued_at timestamptz NOT NULL
);

CREATE INDEX card_person ON card (person_id);

-- Recorded before it is signed: a row without der was never handed out.
CREATE TABLE certificate (
    kind         text NOT NULL CHECK (kind IN ('signing', 'authentication')),
    serial       bigint NOT NULL,
    person_id    uuid NOT NULL REFERENCES person,
    card_id      text NOT NULL REFERENCES card,
    key_hash     bytea NOT NULL UNIQUE,
    municipality_code text NOT NULL,
    not_before   timestamptz NOT NULL,
    not_after    timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    der          bytea,
    revoked_at   timestamptz,
    reason       text NOT NULL DEFAULT '',
    supersedes   bigint,
    PRIMARY KEY (kind, serial)
);

CREATE INDEX certificate_person ON certificate (person_id, kind);

CREATE TABLE person_ref (
    asker     text NOT NULL,
    ref       text NOT NULL,
    person_id uuid NOT NULL REFERENCES person,
    PRIMARY KEY (asker, ref),
    UNIQUE (asker, person_id)
);

CREATE TABLE evidence (
    evidence_id uuid PRIMARY KEY,
    asker       text NOT NULL,
    purpose     text NOT NULL,
    kind        text NOT NULL,
    serial      bigint NOT NULL,
    at          timestamptz NOT NULL,
    outcome     text NOT NULL
);

SELECT protect('person', personal => true);

SELECT protect('card', personal => true);

SELECT protect('certificate', personal => true);

SELECT protect('person_ref', personal => true);

SELECT protect('evidence', verbs => 'SELECT, INSERT');
