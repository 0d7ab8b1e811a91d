-- A service's own identifiers, what links subjects to them, and every change of a link (kazasu.kit.sql).

CREATE TABLE own_link (
    subject text PRIMARY KEY,
    own_id  text NOT NULL,
    since   timestamptz NOT NULL
);

CREATE INDEX own_link_own_id ON own_link (own_id);

SELECT protect('own_link', personal => true);

CREATE TABLE own_link_change (
    change_id   uuid PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    kind        text NOT NULL
                CHECK (kind IN ('enrolled', 'relinked', 'ended', 'merged', 'split', 'undone')),
    own_id      text NOT NULL,
    moves       jsonb NOT NULL,
    actor       text NOT NULL,
    evidence_id text NOT NULL,
    reason      text NOT NULL,
    gone        text NOT NULL,
    undoes      uuid,
    own_ids     text[] NOT NULL
);

CREATE INDEX own_link_change_own_ids ON own_link_change USING gin (own_ids);

SELECT protect('own_link_change', personal => true, verbs => 'SELECT, INSERT, DELETE');
