-- The integrators' workshop: what parties in test mode sent (redacted, a day), and signed reports.

CREATE TABLE inspected_request (
    client_id   text NOT NULL,
    request_id  uuid NOT NULL,
    place       bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    endpoint    text NOT NULL,
    method      text NOT NULL,
    sent        jsonb NOT NULL,
    status      integer NOT NULL,
    error       text NOT NULL,
    description text NOT NULL,
    -- Of the table of OAuth refusals, or of our catalogue; empty: nothing was refused.
    code        text NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (client_id, request_id)
);

CREATE INDEX inspected_request_newest ON inspected_request (client_id, at, place);

CREATE INDEX inspected_request_expiry ON inspected_request (expires_at);

SELECT protect('inspected_request', verbs => 'SELECT, INSERT, DELETE');

-- Reports of conformance runs, signed by the identity service.
CREATE TABLE conformance_report (
    client_id text NOT NULL,
    run_id    uuid NOT NULL,
    at        timestamptz NOT NULL,
    passed    boolean NOT NULL,
    signed    text NOT NULL,
    PRIMARY KEY (client_id, run_id)
);

SELECT protect('conformance_report', verbs => 'SELECT, INSERT');
