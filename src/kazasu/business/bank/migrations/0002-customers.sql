-- Customers of the bank, under its own numbers. No certificate and no serial has a column here: the
-- identity service keeps the evidence, the bank keeps what it is called (evidence_id, certificate_id).

-- An application that was begun; the person is not known before it is signed.
CREATE TABLE application (
    application_id  text PRIMARY KEY,
    document        bytea NOT NULL,
    purpose         text NOT NULL,
    occupation      text NOT NULL,
    created_at      timestamptz NOT NULL,
    done_at         timestamptz,
    customer_number text
);

SELECT protect('application');

CREATE TABLE customer (
    customer_number text PRIMARY KEY CHECK (customer_number ~ '^[1-9][0-9]{9}$'),
    name            text NOT NULL,
    address         text NOT NULL,
    birthdate       date NOT NULL,
    sex             text NOT NULL,
    purpose         text NOT NULL,
    occupation      text NOT NULL,
    opened_at       timestamptz NOT NULL,
    restricted_at   timestamptz,
    restricted_why  text NOT NULL DEFAULT '',
    closed_at       timestamptz
);

CREATE INDEX customer_birthdate ON customer (birthdate, name);

SELECT protect('customer', personal => true);

-- How a customer was identified: by meaning and rule version, never by the letter of an item.
CREATE TABLE proofing (
    customer_number text NOT NULL,
    proofing_id     uuid NOT NULL,
    method          text NOT NULL,
    rule_in_force   date NOT NULL,
    document        bytea NOT NULL,
    signature       text NOT NULL,
    signed_at       timestamptz NOT NULL,
    evidence_id     text NOT NULL,
    certificate_id  text NOT NULL,
    PRIMARY KEY (customer_number, proofing_id)
);

SELECT protect('proofing', personal => true, verbs => 'SELECT, INSERT, DELETE');

-- Each change of a customer's data: old, new, when, by which proof.
CREATE TABLE attribute_change (
    customer_number text NOT NULL,
    change_id       uuid NOT NULL,
    item            text NOT NULL CHECK (item IN ('name', 'address', 'gender')),
    old             text NOT NULL,
    new             text NOT NULL,
    at              timestamptz NOT NULL,
    as_of           timestamptz NOT NULL,
    proof           text NOT NULL,
    PRIMARY KEY (customer_number, change_id)
);

SELECT protect('attribute_change', personal => true, verbs => 'SELECT, INSERT, DELETE');

-- Consents to latest attributes. The certificate's name is forgotten when the consent ends.
CREATE TABLE consent (
    consent_id      text PRIMARY KEY,
    customer_number text NOT NULL,
    certificate_id  text NOT NULL,
    items           text[] NOT NULL,
    purpose         text NOT NULL,
    until           timestamptz NOT NULL,
    given_at        timestamptz NOT NULL,
    state           text NOT NULL DEFAULT '',
    asked_at        timestamptz,
    ended_at        timestamptz,
    ended_why       text NOT NULL DEFAULT '',
    CHECK (ended_at IS NULL OR certificate_id = '')
);

CREATE INDEX consent_customer ON consent (customer_number);

SELECT protect('consent', personal => true);

-- What the customer sees on the timeline.
CREATE TABLE happening (
    customer_number text NOT NULL,
    number          bigint GENERATED ALWAYS AS IDENTITY,
    kind            text NOT NULL,
    at              timestamptz NOT NULL,
    facts           jsonb NOT NULL,
    PRIMARY KEY (customer_number, number)
);

SELECT protect('happening', personal => true, verbs => 'SELECT, INSERT, DELETE');

-- A signed application of somebody who may be a customer already, for some minutes.
CREATE TABLE pending_proof (
    application_id text PRIMARY KEY,
    subject        text NOT NULL,
    name           text NOT NULL,
    address        text NOT NULL,
    birthdate      date NOT NULL,
    sex            text NOT NULL,
    evidence_id    text NOT NULL,
    certificate_id text NOT NULL,
    signature      text NOT NULL,
    signed_at      timestamptz NOT NULL
);

SELECT protect('pending_proof', personal => true);

-- Wrong answers about one record, whoever gave them and however often they began anew.
CREATE TABLE knowledge_failure (
    failure_id uuid PRIMARY KEY,
    name       text NOT NULL,
    birthdate  date NOT NULL,
    at         timestamptz NOT NULL
);

CREATE INDEX knowledge_failure_of ON knowledge_failure (birthdate, name);

SELECT protect('knowledge_failure', personal => true, verbs => 'SELECT, INSERT, DELETE');

-- What a person of the bank has to look at.
CREATE TABLE staff_queue (
    item_id         uuid PRIMARY KEY,
    customer_number text NOT NULL,
    kind            text NOT NULL,
    at              timestamptz NOT NULL,
    done_at         timestamptz
);

SELECT protect('staff_queue');

CREATE TABLE periodic (
    task    text PRIMARY KEY,
    done_on date NOT NULL
);

SELECT protect('periodic');
