-- Moving house: notices out and who leaves, arrivals and who comes, appointments.

-- One place of one slot. The key makes a double booking impossible.
CREATE TABLE visit_place (
    municipality_code text NOT NULL,
    office_id         text NOT NULL,
    on_date           date NOT NULL,
    starts            text NOT NULL CHECK (starts ~ '^[0-2][0-9]:[0-5][0-9]$'),
    place             int NOT NULL,
    case_id           text NOT NULL,
    hold_id           uuid NOT NULL,
    held_until        timestamptz,
    PRIMARY KEY (municipality_code, office_id, on_date, starts, place),
    UNIQUE (municipality_code, case_id),
    UNIQUE (municipality_code, hold_id)
);

SELECT protect('visit_place', tenant => 'municipality_code');

CREATE TABLE moving_out (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    version           int NOT NULL,
    state             text NOT NULL,
    revision          int NOT NULL,
    notice            jsonb NOT NULL,
    signed            jsonb NOT NULL,
    submitted_at      timestamptz NOT NULL,
    received_at       timestamptz NOT NULL,
    findings          jsonb NOT NULL,
    applicant_id      text NOT NULL,
    note              text NOT NULL,
    decided_by        text NOT NULL,
    decided_at        timestamptz,
    PRIMARY KEY (municipality_code, case_id)
);

CREATE INDEX moving_out_state ON moving_out (municipality_code, state, received_at);

SELECT protect('moving_out', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT, UPDATE');

CREATE TABLE leaver (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    resident_id       text NOT NULL,
    token             uuid NOT NULL,
    to_municipality   text NOT NULL,
    planned_on        date NOT NULL,
    state             text NOT NULL CHECK (state IN ('open', 'departed', 'arrived', 'cancelled')),
    notified_at       timestamptz,
    revision          int NOT NULL,
    PRIMARY KEY (municipality_code, case_id, resident_id),
    UNIQUE (municipality_code, token)
);

CREATE INDEX leaver_due ON leaver (municipality_code, planned_on) WHERE state IN ('open', 'departed');

SELECT protect('leaver', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT, UPDATE');

CREATE TABLE moving_in (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    version           int NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('between-cities', 'within-city')),
    state             text NOT NULL,
    reservation       jsonb,
    certificate       jsonb,
    visit             jsonb NOT NULL,
    entry             jsonb NOT NULL,
    moved_on          date,
    notified_on       date,
    request_id        uuid,
    decided_by        text NOT NULL,
    received_at       timestamptz NOT NULL,
    registered_at     timestamptz,
    PRIMARY KEY (municipality_code, case_id)
);

CREATE INDEX moving_in_state ON moving_in (municipality_code, state, received_at);

SELECT protect('moving_in', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT, UPDATE');

-- The movers' certificate data; purged when the transfer is cancelled (I9).
CREATE TABLE arriver (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    token             uuid NOT NULL,
    mover             jsonb NOT NULL,
    included          boolean NOT NULL,
    resident_id       text NOT NULL,
    card              text NOT NULL CHECK (card IN ('none', 'pending', 'continued', 'lost')),
    PRIMARY KEY (municipality_code, case_id, token)
);

SELECT protect('arriver', tenant => 'municipality_code', personal => true);

CREATE POLICY owner_finds ON leaver FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON visit_place FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON moving_in FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON arriver FOR SELECT TO CURRENT_USER USING (true);

-- Which cities have something that falls due by this day. Codes only.
CREATE FUNCTION cities_due(today date, at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT municipality_code FROM leaver WHERE state = 'open' AND planned_on <= today
    UNION
    SELECT municipality_code FROM visit_place WHERE held_until < at
    UNION
    SELECT p.municipality_code FROM visit_place p
        JOIN moving_in m USING (municipality_code, case_id)
        WHERE p.held_until IS NULL AND p.on_date < today AND m.state IN ('reserved', 'certificate', 'ready')
    UNION
    SELECT municipality_code FROM moving_in WHERE state = 'registering'
    UNION
    SELECT municipality_code FROM moving_in
        WHERE state IN ('certificate', 'ready', 'visited', 'missed') AND certificate IS NOT NULL
          AND (certificate ->> 'planned_date')::date + 30 < today
    UNION
    SELECT a.municipality_code FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
        WHERE a.card = 'pending' AND a.included AND m.state = 'registered'
          AND m.notified_on + 90 < today
$$;
