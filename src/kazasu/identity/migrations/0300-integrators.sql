-- The integrators' desk: registrations, and who may decide about them.

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
