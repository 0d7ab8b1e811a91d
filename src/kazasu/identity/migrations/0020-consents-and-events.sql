-- Consents as signed, versioned evidence; releases with their proof; what relying parties are told.

CREATE TABLE consent (
    person_ref    text NOT NULL,
    consent_id    uuid NOT NULL,
    client_id     text NOT NULL,
    version       integer NOT NULL CHECK (version > 0),
    items         text[] NOT NULL,
    document      text NOT NULL,
    document_hash bytea NOT NULL,
    evidence_id   text NOT NULL,
    signed        text NOT NULL,
    given_at      timestamptz NOT NULL,
    until         timestamptz NOT NULL CHECK (until > given_at),
    ended_at      timestamptz,
    ended_by      text NOT NULL DEFAULT '',
    PRIMARY KEY (person_ref, consent_id),
    UNIQUE (person_ref, client_id, version),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);

SELECT protect('consent', personal => true, verbs => 'SELECT, INSERT');

-- Nothing of a consent changes but that it ends.
GRANT UPDATE (ended_at, ended_by) ON consent TO identity;

ALTER TABLE subject ADD COLUMN since timestamptz;

CREATE UNIQUE INDEX subject_of_sector ON subject (sector, sub, person_ref);

ALTER TABLE release ADD COLUMN consent_id uuid;

ALTER TABLE release ADD COLUMN steps jsonb NOT NULL DEFAULT '[]';

CREATE INDEX release_by_id ON release (release_id);

CREATE INDEX authorization_grant_person ON authorization_grant (person_ref, client_id);

ALTER TABLE authorization_grant ADD COLUMN release_id uuid;

-- Security events (RFC 8417) and logout tokens, written with the change that they report, pushed
-- until the party takes them. The signature is made when it is sent: keys rotate.
CREATE TABLE delivery (
    client_id    text NOT NULL,
    delivery_id  uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('event', 'logout')),
    event        text NOT NULL,
    sub          text NOT NULL,
    sid          text NOT NULL DEFAULT '',
    details      jsonb NOT NULL,
    happened_at  timestamptz NOT NULL,
    next_at      timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    last_error   text NOT NULL DEFAULT '',
    delivered_at timestamptz,
    PRIMARY KEY (client_id, delivery_id)
);

CREATE INDEX delivery_due ON delivery (next_at) WHERE delivered_at IS NULL;

SELECT protect('delivery');
