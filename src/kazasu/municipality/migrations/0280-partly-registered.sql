-- Of one notice some come later than others, to the same counter (標準仕様書 4.0.1–4.0.2): each person has their own moving day and day of
-- notice. Null: not registered, or registered before this with the whole of the case, whose days are theirs.
ALTER TABLE arriver ADD COLUMN moved_on date;

ALTER TABLE arriver ADD COLUMN notified_on date;

ALTER TABLE arriver ADD COLUMN registered_at timestamptz;

-- From which day who is still to come will live here, as it was said at the counter.
ALTER TABLE arriver ADD COLUMN comes_on date;

-- Whose residence card (在留カード, 特別永住者証明書) has still to be given the new address at this counter (入管法 19条の9).
ALTER TABLE arriver ADD COLUMN residence_card text NOT NULL DEFAULT 'none'
    CHECK (residence_card IN ('none', 'pending', 'written'));

CREATE INDEX moving_in_partly ON moving_in (municipality_code, kind) WHERE state = 'partly';

-- Who is still to come is waited for, and no longer than their days last; cards fall due by each person's own notice.
CREATE OR REPLACE FUNCTION cities_due(today date, at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT municipality_code FROM leaver WHERE state = 'open' AND planned_on <= today
    UNION
    SELECT municipality_code FROM visit_place WHERE held_until < at
    UNION
    SELECT municipality_code FROM moving_in m JOIN visit_place p USING (municipality_code, case_id)
        WHERE m.state IN ('reserved', 'certificate', 'ready', 'partly')
          AND p.held_until IS NULL AND p.on_date < today
    UNION
    SELECT municipality_code FROM moving_in WHERE state = 'registering'
    UNION
    SELECT municipality_code FROM moving_in
        WHERE state IN ('certificate', 'ready', 'visited', 'partly', 'missed', 'provisional') AND certificate IS NOT NULL
          AND (certificate ->> 'planned_date' COLLATE "C") < to_char(today - 30, 'YYYY-MM-DD')
          AND NOT certificate ? 'paper'
    UNION
    SELECT municipality_code FROM moving_in WHERE state = 'partly' AND kind = 'within-city'
    UNION
    SELECT a.municipality_code FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
        WHERE a.card = 'pending' AND a.included AND a.resident_id <> ''
          AND coalesce(a.notified_on, m.notified_on) + 90 < today
$$;
