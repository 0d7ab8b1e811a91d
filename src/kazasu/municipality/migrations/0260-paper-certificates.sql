-- 転出証明書 on paper, as it was issued; issued again (再交付) it says what it said then, under a number of its own.
CREATE TABLE moving_paper (
    municipality_code text NOT NULL,
    number            text NOT NULL,
    case_id           text NOT NULL,
    issue             int NOT NULL CHECK (issue > 0),
    content           jsonb NOT NULL,
    applicant_id      text NOT NULL,
    issued_on         date NOT NULL,
    issued_by         text NOT NULL,
    PRIMARY KEY (municipality_code, number),
    UNIQUE (municipality_code, case_id, issue)
);

SELECT protect('moving_paper', tenant => 'municipality_code', personal => true, verbs => 'SELECT, INSERT');

-- 転入通知未着照会: which city was asked of a case, when, and what it answered. Names nobody.
CREATE TABLE arrival_query (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    to_municipality   text NOT NULL CHECK (to_municipality ~ '^[0-9]{6}$'),
    asked_at          timestamptz NOT NULL,
    answer            text NOT NULL,
    answered_at       timestamptz,
    PRIMARY KEY (municipality_code, case_id, to_municipality)
);

SELECT protect('arrival_query', tenant => 'municipality_code', verbs => 'SELECT, INSERT, UPDATE');

-- What came with a paper certificate has no last day.
CREATE OR REPLACE FUNCTION cities_due(today date, at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT municipality_code FROM leaver WHERE state = 'open' AND planned_on <= today
    UNION
    SELECT municipality_code FROM visit_place WHERE held_until < at
    UNION
    SELECT municipality_code FROM moving_in m JOIN visit_place p USING (municipality_code, case_id)
        WHERE m.state IN ('reserved', 'certificate', 'ready')
          AND p.held_until IS NULL AND p.on_date < today
    UNION
    SELECT municipality_code FROM moving_in WHERE state = 'registering'
    UNION
    SELECT municipality_code FROM moving_in
        WHERE state IN ('certificate', 'ready', 'visited', 'missed', 'provisional') AND certificate IS NOT NULL
          AND (certificate ->> 'planned_date' COLLATE "C") < to_char(today - 30, 'YYYY-MM-DD')
          AND NOT certificate ? 'paper'
    UNION
    SELECT a.municipality_code FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
        WHERE a.card = 'pending' AND a.included AND m.state = 'registered'
          AND m.notified_on + 90 < today
$$;
