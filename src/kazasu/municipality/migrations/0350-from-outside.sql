-- Who moved in from a municipality that is not in the directory: what the paper said, and the notice of moved-in that goes there by post.
CREATE TABLE from_outside (
    municipality_code text NOT NULL,
    resident_id       text NOT NULL,
    token             uuid NOT NULL,
    old_city          text NOT NULL,
    old_address       text NOT NULL,
    new_address       text NOT NULL,
    paper             text NOT NULL,
    planned_on        date NOT NULL,
    moved_in_on       date NOT NULL,
    notified_on       date NOT NULL,
    staff_id          text NOT NULL,
    at                timestamptz NOT NULL,
    sent_at           timestamptz,
    sent_by           text NOT NULL DEFAULT '',
    PRIMARY KEY (municipality_code, resident_id)
);

SELECT protect('from_outside', tenant => 'municipality_code', personal => true);
