-- The resident register: the record in force, all its versions, what the portal calls a member.

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

-- Founding copies rows of the register into the history in one statement.
CREATE FUNCTION copy_first_versions() RETURNS bigint
LANGUAGE sql AS $$
    WITH copied AS (
        INSERT INTO resident_history SELECT * FROM resident
        WHERE municipality_code = (SELECT current_setting('kazasu.tenant', true))
        RETURNING 1)
    SELECT count(*) FROM copied
$$;
