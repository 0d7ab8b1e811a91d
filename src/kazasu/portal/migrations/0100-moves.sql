-- The portal: drafts, moves, and the timeline that the cities feed. The person leads every key that
-- can be spread; what arrives by letter is found by its case.

CREATE TABLE draft (
    resident   text PRIMARY KEY,
    case_id    text NOT NULL,
    revision   int NOT NULL,
    answers    jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

SELECT protect('draft', personal => true);

CREATE TABLE move (
    case_id     text PRIMARY KEY,
    resident    text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('between-cities', 'within-city')),
    revision    int NOT NULL,
    origin      text NOT NULL,
    destination text NOT NULL,
    answers     jsonb NOT NULL,
    sent_at     timestamptz NOT NULL,
    withdrawn_at timestamptz
);

CREATE INDEX move_resident ON move (resident, sent_at);

SELECT protect('move', personal => true, verbs => 'SELECT, INSERT, UPDATE');

CREATE TABLE move_event (
    case_id     text NOT NULL,
    message_id  uuid NOT NULL,
    event       text NOT NULL,
    at          timestamptz NOT NULL,
    institution text NOT NULL,
    desk_ja     text NOT NULL,
    desk_en     text NOT NULL,
    note_ja     text NOT NULL,
    note_en     text NOT NULL,
    proof       jsonb NOT NULL,
    arrived     bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (case_id, message_id)
);

SELECT protect('move_event', personal => true, verbs => 'SELECT, INSERT');
