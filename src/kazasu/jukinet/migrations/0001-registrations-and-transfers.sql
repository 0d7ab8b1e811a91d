-- Who is registered where, as effective-dated facts, and the transfer token of each mover.
-- The person's number leads every key: it is the distribution key when the register is spread.

CREATE TABLE person (
    resident_record_code text PRIMARY KEY CHECK (resident_record_code ~ '^[0-9]{11}$'),
    epoch                bigint NOT NULL CHECK (epoch >= 1)
);

SELECT protect('person', personal => true);

-- Reliability I1: at most one registration of a person on any day, nationwide.
CREATE TABLE registration (
    resident_record_code text NOT NULL,
    opened_epoch         bigint NOT NULL,
    municipality_code    text NOT NULL CHECK (municipality_code ~ '^[0-9]{6}$'),
    since                date NOT NULL,
    until                date CHECK (until >= since),
    valid                daterange GENERATED ALWAYS AS (daterange(since, until)) STORED,
    PRIMARY KEY (resident_record_code, opened_epoch),
    CONSTRAINT registered_once EXCLUDE USING gist (resident_record_code WITH =, valid WITH &&)
);

SELECT protect('registration', personal => true);

-- Why each epoch came: append-only, one row a step.
CREATE TABLE registration_event (
    resident_record_code text NOT NULL,
    epoch                bigint NOT NULL,
    what                 text NOT NULL,
    municipality_code    text NOT NULL,
    effective_on         date NOT NULL,
    token                uuid,
    told_by              text NOT NULL,
    recorded_at          timestamptz NOT NULL,
    PRIMARY KEY (resident_record_code, epoch)
);

SELECT protect('registration_event', personal => true, verbs => 'SELECT, INSERT');

CREATE TABLE transfer (
    resident_record_code text NOT NULL,
    token                uuid NOT NULL,
    case_id              text NOT NULL,
    from_municipality    text NOT NULL,
    to_municipality      text NOT NULL,
    planned_date         date NOT NULL,
    expires_on           date NOT NULL,
    state                text NOT NULL DEFAULT 'OPEN'
                         CHECK (state IN ('OPEN', 'CONSUMED', 'CANCELLED', 'EXPIRED')),
    opened_at            timestamptz NOT NULL,
    settled_at           timestamptz,
    settled_by           text,
    request_id           uuid,
    epoch                bigint,
    PRIMARY KEY (resident_record_code, token),
    CHECK ((state = 'OPEN') = (settled_at IS NULL)),
    CHECK ((state = 'CONSUMED') = (epoch IS NOT NULL))
);

CREATE UNIQUE INDEX transfer_one_open ON transfer (resident_record_code) WHERE state = 'OPEN';

SELECT protect('transfer', personal => true);

-- A cancelling city names the token only, so that a lost letter cannot name a wrong person.
CREATE TABLE transfer_locator (
    token                uuid PRIMARY KEY,
    resident_record_code text NOT NULL
);

SELECT protect('transfer_locator', personal => true, verbs => 'SELECT, INSERT');

-- Open tokens by their last day, without persons: the clock looks here every second.
CREATE TABLE transfer_due (
    token      uuid PRIMARY KEY,
    expires_on date NOT NULL
);

CREATE INDEX transfer_due_by_day ON transfer_due (expires_on);

SELECT protect('transfer_due');
