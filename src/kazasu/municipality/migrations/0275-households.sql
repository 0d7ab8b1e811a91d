-- Changes of a household without a move (世帯変更届, 住民基本台帳法 25条): what the notice was, by whom, and how they were identified. What
-- became of the records is in their history, under the same number. What was taken stays: no verb changes or removes it.
CREATE TABLE household_change (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('head', 'split', 'merge', 'pass')),
    resident_id       text NOT NULL,
    households        text[] NOT NULL,
    people            text[] NOT NULL,
    changed_on        date NOT NULL,
    notified_on       date NOT NULL,
    given_as          text NOT NULL CHECK (given_as IN ('self', 'head', 'member', 'agent', 'guardian')),
    given_by          text NOT NULL,
    mandate           text NOT NULL,
    document          text NOT NULL,
    because           text NOT NULL,
    staff_id          text NOT NULL,
    at                timestamptz NOT NULL,
    PRIMARY KEY (municipality_code, case_id)
);

SELECT protect('household_change', tenant => 'municipality_code', personal => true, verbs => 'SELECT, INSERT');

CREATE INDEX household_change_of ON household_change USING gin (households);

CREATE INDEX household_change_day ON household_change (municipality_code, notified_on);
