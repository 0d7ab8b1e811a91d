-- How to reach the counter of an office: a drawing as data (contracts.offices.OfficePlan). No personal data.

CREATE TABLE office_plan (
    municipality_code text NOT NULL,
    office_id         text NOT NULL,
    plan              jsonb NOT NULL,
    PRIMARY KEY (municipality_code, office_id)
);

SELECT protect('office_plan', tenant => 'municipality_code', verbs => 'SELECT');
