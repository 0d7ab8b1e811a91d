-- Relying parties register themselves; institutions keep their keys in the directory. What a sector is
-- never changes: the service may not write that column again.

ALTER TABLE client DROP COLUMN certificate;

-- The public service's form of client numbers (identity, part 1).
ALTER TABLE client ADD CHECK (client_id ~ '^[0-9a-zA-Z]{1,255}$');

ALTER TABLE client ADD COLUMN keys jsonb;

ALTER TABLE client ADD COLUMN mode text NOT NULL DEFAULT 'live' CHECK (mode IN ('test', 'team', 'live'));

ALTER TABLE client ADD COLUMN purposes jsonb;

ALTER TABLE client ADD COLUMN backchannel_logout_uri text NOT NULL DEFAULT '';

ALTER TABLE client ADD COLUMN events_uri text NOT NULL DEFAULT '';

ALTER TABLE client ADD COLUMN strict boolean NOT NULL DEFAULT false;

ALTER TABLE client ADD COLUMN contact text NOT NULL DEFAULT '';

ALTER TABLE client ADD COLUMN registered_at timestamptz;

ALTER TABLE client ADD COLUMN registration_hash bytea;

ALTER TABLE client ADD COLUMN suspended_at timestamptz;

ALTER TABLE client ADD CHECK (institution <> '' OR keys IS NOT NULL);

ALTER TABLE client ADD CHECK (mode <> 'live' OR institution <> '' OR strict);

CREATE SEQUENCE client_number;

GRANT USAGE ON SEQUENCE client_number TO identity;

GRANT INSERT ON client TO identity;

GRANT UPDATE (name_ja, name_en, colour, keys, redirect_uris, logout_uris, scopes, grants, mode, purposes, backchannel_logout_uri, events_uri, strict, contact, suspended_at) ON client TO identity;

GRANT DELETE ON client TO identity;

-- What was asked for and decided about a party, by whom: its mode follows from the last decision.
CREATE TABLE client_review (
    client_id  text NOT NULL,
    review_id  uuid NOT NULL,
    asked_at   timestamptz NOT NULL,
    wanted     text NOT NULL CHECK (wanted IN ('team', 'live')),
    decided_at timestamptz,
    decided_by text NOT NULL DEFAULT '',
    granted    boolean,
    reason     text NOT NULL DEFAULT '',
    PRIMARY KEY (client_id, review_id),
    CHECK ((decided_at IS NULL) = (granted IS NULL))
);

CREATE UNIQUE INDEX client_review_open ON client_review (client_id) WHERE decided_at IS NULL;

SELECT protect('client_review', verbs => 'SELECT, INSERT, UPDATE');

-- Whom a party in team mode invited. The code is the invitation; who took it up is one of its people.
CREATE TABLE client_team (
    client_id text NOT NULL,
    code_hash bytea NOT NULL,
    invited_at timestamptz NOT NULL,
    person_ref text,
    joined_at timestamptz,
    PRIMARY KEY (client_id, code_hash)
);

SELECT protect('client_team', personal => true);

-- Pushed authorization requests (RFC 9126): fetched and removed by the browser that brings the address.
CREATE TABLE pushed_request (
    uri_hash   bytea PRIMARY KEY,
    client_id  text NOT NULL,
    parameters jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX pushed_request_expiry ON pushed_request (expires_at);

SELECT protect('pushed_request', verbs => 'SELECT, INSERT, DELETE');

ALTER TABLE authorization_request ADD COLUMN dpop_jkt text NOT NULL DEFAULT '';

ALTER TABLE authorization_request ADD COLUMN login_hint text NOT NULL DEFAULT '';

ALTER TABLE authorization_grant ADD COLUMN dpop_jkt text NOT NULL DEFAULT '';

ALTER TABLE access_token ADD COLUMN dpop_jkt text NOT NULL DEFAULT '';

-- Refresh tokens rotate: each serves once, and one that comes again ends them all (RFC 9700 4.14.2).
CREATE TABLE refresh_token (
    token_hash bytea PRIMARY KEY,
    client_id  text NOT NULL,
    grant_id   text NOT NULL,
    dpop_jkt   text NOT NULL DEFAULT '',
    used_at    timestamptz,
    expires_at timestamptz NOT NULL
);

CREATE INDEX refresh_token_grant ON refresh_token (grant_id);

CREATE INDEX refresh_token_expiry ON refresh_token (expires_at);

SELECT protect('refresh_token');
