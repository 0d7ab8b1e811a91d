-- Cards of whose holder the register was corrected: what is on the card is not what the register says.
CREATE TABLE corrected_card (
    municipality_code text NOT NULL,
    resident_id       text NOT NULL,
    token             uuid NOT NULL,
    case_id           text NOT NULL,
    since             date NOT NULL,
    PRIMARY KEY (municipality_code, resident_id)
);

SELECT protect('corrected_card', tenant => 'municipality_code', personal => true);

CREATE INDEX arriver_resident ON arriver (municipality_code, resident_id);

-- A change of address within the city ends no card (番号法施行令 14条 is of 転入), so nothing falls due by it.
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
    UNION
    SELECT a.municipality_code FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
        WHERE a.card = 'pending' AND a.included AND m.state = 'registered' AND m.kind = 'between-cities'
          AND m.notified_on + 90 < today
$$;
