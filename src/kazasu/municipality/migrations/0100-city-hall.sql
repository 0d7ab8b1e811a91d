-- A city hall: 1,741 tenants of one schema. The municipality code leads every key.

CREATE TABLE city (
    municipality_code text PRIMARY KEY CHECK (municipality_code ~ '^[0-9]{6}$'),
    city_ja           text NOT NULL,
    city_en           text NOT NULL,
    prefecture        text NOT NULL,
    prefecture_roman  text NOT NULL,
    last_resident     bigint NOT NULL,
    last_household    bigint NOT NULL
);

SELECT protect('city', tenant => 'municipality_code', verbs => 'SELECT, UPDATE');

CREATE TABLE office (
    municipality_code text NOT NULL,
    office_id         text NOT NULL,
    name_ja           text NOT NULL,
    name_en           text NOT NULL,
    location          text NOT NULL,
    places            int NOT NULL CHECK (places > 0),
    PRIMARY KEY (municipality_code, office_id)
);

SELECT protect('office', tenant => 'municipality_code', verbs => 'SELECT');

CREATE TABLE staff (
    municipality_code text NOT NULL,
    staff_id          text NOT NULL,
    staff_name        text NOT NULL,
    roles             text[] NOT NULL,
    subject           text NOT NULL,
    PRIMARY KEY (municipality_code, staff_id),
    UNIQUE (municipality_code, subject)
);

SELECT protect('staff', tenant => 'municipality_code', verbs => 'SELECT');

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

-- The register: the record in force, one row a person; the same person never twice (I3).
CREATE TABLE resident (
    municipality_code   text NOT NULL,
    resident_id         text NOT NULL CHECK (resident_id ~ '^[0-9]{10}$'),
    version             int NOT NULL CHECK (version >= 1),
    household_number    text NOT NULL,
    record_code         text NOT NULL CHECK (record_code ~ '^[0-9]{11}$'),
    individual_number   text NOT NULL CHECK (individual_number ~ '^[0-9]{12}$'),
    name                text NOT NULL,
    kana                text NOT NULL,
    former_surname      text NOT NULL,
    alias               text NOT NULL,
    name_roman          text NOT NULL,
    birth_date          date,
    birth_text          text NOT NULL,
    sex                 text NOT NULL,
    relationship        text NOT NULL,
    is_head             boolean NOT NULL,
    postcode            text NOT NULL,
    prefecture          text NOT NULL,
    city                text NOT NULL,
    town                text NOT NULL,
    block               text NOT NULL,
    building            text NOT NULL,
    resident_since      date NOT NULL,
    lives_here_since    date NOT NULL,
    former_address      text NOT NULL,
    registered_domicile text NOT NULL,
    domicile_head       text NOT NULL,
    nationality         text NOT NULL,
    residence_status    text NOT NULL,
    residence_until     date,
    residence_card_number text NOT NULL,
    national_health_insurance boolean NOT NULL,
    late_elderly_insurance boolean NOT NULL,
    care_insurance      boolean NOT NULL,
    pension_kind        text NOT NULL,
    child_allowance     boolean NOT NULL,
    has_card            boolean NOT NULL,
    protected           boolean NOT NULL,
    state               text NOT NULL CHECK (state IN ('resident', 'leaving', 'left-planned', 'left')),
    reason              text NOT NULL,
    changed_on          date NOT NULL,
    notified_on         date,
    planned_to          text NOT NULL,
    planned_on          date,
    confirmed_to        text NOT NULL,
    confirmed_on        date,
    case_id             text NOT NULL,
    processed_at        timestamptz NOT NULL,
    processed_by        text NOT NULL,
    PRIMARY KEY (municipality_code, resident_id),
    UNIQUE (municipality_code, record_code),
    UNIQUE (municipality_code, individual_number)
);

CREATE INDEX resident_household ON resident (municipality_code, household_number);

CREATE INDEX resident_kana ON resident (municipality_code, kana text_pattern_ops);

-- At most one head of a household among those who live here.
CREATE UNIQUE INDEX resident_one_head ON resident (municipality_code, household_number)
    WHERE is_head AND state IN ('resident', 'leaving');

SELECT protect('resident', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT, UPDATE');

-- Every version in full, append-only.
CREATE TABLE resident_history (LIKE resident INCLUDING CONSTRAINTS,
    PRIMARY KEY (municipality_code, resident_id, version));

SELECT protect('resident_history', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT');

-- What the portal calls the members of a household that it was shown.
CREATE TABLE member_reference (
    municipality_code text NOT NULL,
    member_id         text NOT NULL,
    resident_id       text NOT NULL,
    PRIMARY KEY (municipality_code, member_id),
    UNIQUE (municipality_code, resident_id)
);

SELECT protect('member_reference', tenant => 'municipality_code', personal => true,
               verbs => 'SELECT, INSERT');

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

-- A card on the reader of the card desk, between the terminal's two calls.
CREATE TABLE card_tap (
    municipality_code text NOT NULL,
    request_id        text NOT NULL,
    case_id           text NOT NULL,
    token             uuid NOT NULL,
    staff_id          text NOT NULL,
    expires_at        timestamptz NOT NULL,
    handle            text NOT NULL,
    PRIMARY KEY (municipality_code, request_id)
);

SELECT protect('card_tap', tenant => 'municipality_code');

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

-- Founding copies rows of the register into the history in one statement.
CREATE FUNCTION copy_first_versions() RETURNS bigint
LANGUAGE sql AS $$
    WITH copied AS (
        INSERT INTO resident_history SELECT * FROM resident
        WHERE municipality_code = (SELECT current_setting('kazasu.tenant', true))
        RETURNING 1)
    SELECT count(*) FROM copied
$$;
