-- Generations, the municipality's list that a certificate is on, suspension, phones, lists, sightings.

ALTER TABLE certificate ADD COLUMN generation integer NOT NULL DEFAULT 1;

ALTER TABLE certificate ADD COLUMN prefecture text NOT NULL DEFAULT '';

ALTER TABLE certificate ADD COLUMN city text NOT NULL DEFAULT '';

-- When the status last changed: what those who keep a copy ask for.
ALTER TABLE certificate ADD COLUMN status_changed_at timestamptz;

UPDATE certificate SET status_changed_at = revoked_at WHERE revoked_at IS NOT NULL;

CREATE INDEX certificate_status_changed ON certificate (status_changed_at) WHERE status_changed_at IS NOT NULL;

CREATE INDEX certificate_of_card ON certificate (card_id);

-- A phone's certificates hang on the card with which they were issued.
ALTER TABLE card ADD COLUMN parent_card text REFERENCES card;

CREATE TABLE certificate_hold (
    kind     text NOT NULL,
    serial   bigint NOT NULL,
    held_at  timestamptz NOT NULL,
    released_at timestamptz CHECK (released_at >= held_at),
    FOREIGN KEY (kind, serial) REFERENCES certificate
);

CREATE UNIQUE INDEX certificate_hold_open ON certificate_hold (kind, serial) WHERE released_at IS NULL;

-- Revocation lists as they were signed. A delta has the number of its base.
CREATE TABLE revocation_list (
    kind        text NOT NULL,
    generation  integer NOT NULL,
    municipality_code text NOT NULL,
    number      bigint NOT NULL,
    base_number bigint,
    issued_at   timestamptz NOT NULL,
    next_at     timestamptz NOT NULL,
    der         bytea NOT NULL,
    PRIMARY KEY (kind, generation, municipality_code, number)
);

-- Certificates that one of our authorities signed and that were never recorded: somebody else has its key.
CREATE TABLE rogue (
    fingerprint bytea PRIMARY KEY,
    kind        text NOT NULL,
    serial      numeric NOT NULL,
    der         bytea NOT NULL,
    first_seen  timestamptz NOT NULL,
    asker       text NOT NULL
);

-- Nightly re-audits of everything issued.
CREATE TABLE inspection (
    held_at  timestamptz PRIMARY KEY,
    checked  bigint NOT NULL,
    findings jsonb NOT NULL
);

SELECT protect('certificate_hold', personal => true);

SELECT protect('revocation_list', verbs => 'SELECT, INSERT');

SELECT protect('rogue', verbs => 'SELECT, INSERT');

SELECT protect('inspection', verbs => 'SELECT, INSERT');
