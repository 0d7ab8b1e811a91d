-- Deaths that another city entered of somebody who was registered here in the same instant (住民基本台帳法 9条2項): the desk enters them.
CREATE TABLE death_told (
    municipality_code    text NOT NULL,
    resident_record_code text NOT NULL,
    told_by              text NOT NULL CHECK (told_by ~ '^[0-9]{6}$'),
    died_on              date NOT NULL,
    at                   timestamptz NOT NULL,
    settled_at           timestamptz,
    PRIMARY KEY (municipality_code, resident_record_code)
);

SELECT protect('death_told', tenant => 'municipality_code', personal => true);

CREATE POLICY owner_finds ON death_told FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION deaths_told_due() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT municipality_code FROM death_told WHERE settled_at IS NULL
$$;
