-- Who moves abroad (国外転出): what was said of it beside the record, which says to where and when. The day closes the record.
CREATE TABLE emigrant (
    municipality_code text NOT NULL,
    resident_id       text NOT NULL,
    planned_on        date NOT NULL,
    gone              boolean NOT NULL,
    card              text NOT NULL CHECK (card IN ('none', 'ends', 'goes-on')),
    given_by          text NOT NULL,
    mandate           text NOT NULL,
    document          text NOT NULL,
    staff_id          text NOT NULL,
    at                timestamptz NOT NULL,
    PRIMARY KEY (municipality_code, resident_id)
);

SELECT protect('emigrant', tenant => 'municipality_code', personal => true);

CREATE INDEX emigrant_due ON emigrant (planned_on) WHERE NOT gone;

CREATE POLICY owner_finds ON emigrant FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION emigrants_due(today date) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT municipality_code FROM emigrant WHERE NOT gone AND planned_on <= today
$$;
