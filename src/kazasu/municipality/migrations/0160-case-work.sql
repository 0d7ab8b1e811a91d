-- Who of the staff has a case and since when, and what they wrote of it for each other. A resident reads neither; that it was
-- handed over is in the audit log. What was noted stays: no verb changes or removes it.

CREATE TABLE case_holder (
    municipality_code text NOT NULL,
    way               text NOT NULL CHECK (way IN ('in', 'out')),
    case_id           text NOT NULL,
    staff_id          text NOT NULL,
    since             timestamptz NOT NULL,
    PRIMARY KEY (municipality_code, way, case_id)
);

SELECT protect('case_holder', tenant => 'municipality_code', personal => true);

CREATE TABLE case_note (
    municipality_code text NOT NULL,
    way               text NOT NULL CHECK (way IN ('in', 'out')),
    case_id           text NOT NULL,
    number            int NOT NULL CHECK (number > 0),
    at                timestamptz NOT NULL,
    staff_id          text NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('note', 'took', 'handed', 'released', 'sent-back')),
    other             text NOT NULL,
    words             text NOT NULL,
    PRIMARY KEY (municipality_code, way, case_id, number)
);

SELECT protect('case_note', tenant => 'municipality_code', personal => true, verbs => 'SELECT, INSERT');

-- A clerk's search finds the given name, too: 花子 finds 佐藤　花子. An index serves "starts with" alone (0111), so the part
-- behind the first space has keys of its own.
ALTER TABLE resident
    ADD COLUMN given_kana_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
        (search_key(coalesce(substring(kana from '[ 　]+([^ 　].*)$'), ''))) STORED,
    ADD COLUMN given_name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
        (search_key(coalesce(substring(name from '[ 　]+([^ 　].*)$'), ''))) STORED;

CREATE INDEX resident_given_kana ON resident (municipality_code, given_kana_key, resident_id);

CREATE INDEX resident_given_name ON resident (municipality_code, given_name_key, resident_id);
