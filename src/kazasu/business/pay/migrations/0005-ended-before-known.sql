-- The bank may end a link before the answer that brings it is here: its number stays for a day, so that it is never taken for live.
-- And a charge about which nobody asks any more says so.

CREATE TABLE ended_link (
    link_id  text NOT NULL,
    bank     text NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (link_id, bank)
);

SELECT protect('ended_link', verbs => 'SELECT, INSERT, DELETE');

ALTER TABLE charge ADD COLUMN given_up_at timestamptz;
