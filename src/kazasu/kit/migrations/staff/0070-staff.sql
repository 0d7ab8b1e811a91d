-- Who has a post at an institution's desk (kazasu.kit.staff).

CREATE TABLE staff (
    tenant   text NOT NULL,
    staff_id text NOT NULL CHECK (staff_id <> ''),
    name     text NOT NULL,
    roles    text[] NOT NULL,
    subject  text NOT NULL,
    PRIMARY KEY (tenant, staff_id),
    UNIQUE (tenant, subject)
);

SELECT protect('staff', tenant => 'tenant', personal => true, verbs => 'SELECT, INSERT');
