-- Whom this city is about to register without a transfer: written before the network is asked for them, and gone with the registration.
-- What is left here after a minute or two was never written: it is given back to the network, so that another city can have them.
CREATE TABLE opening (
    municipality_code    text NOT NULL,
    resident_record_code text NOT NULL,
    request_id           uuid NOT NULL,
    given_back           boolean NOT NULL DEFAULT false,
    at                   timestamptz NOT NULL,
    PRIMARY KEY (municipality_code, resident_record_code)
);

SELECT protect('opening', tenant => 'municipality_code', personal => true);

CREATE POLICY owner_finds ON opening FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION openings_due(before timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT municipality_code FROM opening WHERE given_back OR at < before
$$;
