-- The desk for integrators: what they sent (redacted, a day), who may decide about them, signed reports.

CREATE TABLE inspected_request (
    client_id   text NOT NULL,
    request_id  uuid NOT NULL,
    place       bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    endpoint    text NOT NULL,
    method      text NOT NULL,
    sent        jsonb NOT NULL,
    status      integer NOT NULL,
    error       text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    fault       text NOT NULL DEFAULT '',
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (client_id, request_id)
);

CREATE INDEX inspected_request_newest ON inspected_request (client_id, at, place);

CREATE INDEX inspected_request_expiry ON inspected_request (expires_at);

SELECT protect('inspected_request', verbs => 'SELECT, INSERT, DELETE');

-- The secret alone opens the registration for programs.
CREATE INDEX client_registration ON client (registration_hash) WHERE registration_hash IS NOT NULL;

-- Who may decide about relying parties: a person by their subject in the service's own sector.
CREATE TABLE operator_post (
    sub   text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (sub, since),
    CHECK (until IS NULL OR until > since)
);

SELECT protect('operator_post', verbs => 'SELECT');

-- What operators did beside deciding reviews. Append-only.
CREATE TABLE client_measure (
    client_id  text NOT NULL,
    measure_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    operator   text NOT NULL,
    what       text NOT NULL CHECK (what IN ('suspended', 'lifted')),
    reason     text NOT NULL CHECK (reason <> ''),
    PRIMARY KEY (client_id, measure_id)
);

SELECT protect('client_measure', verbs => 'SELECT, INSERT');

-- Reports of conformance runs, signed by the service.
CREATE TABLE conformance_report (
    client_id text NOT NULL,
    run_id    uuid NOT NULL,
    at        timestamptz NOT NULL,
    passed    boolean NOT NULL,
    signed    text NOT NULL,
    PRIMARY KEY (client_id, run_id)
);

SELECT protect('conformance_report', verbs => 'SELECT, INSERT');
