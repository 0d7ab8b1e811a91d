-- What people think of a page, in every room alike. Of nobody: no subject, no session, the day alone; the page is its route, so
-- that no number of a case comes along.

CREATE TABLE opinion (
    tenant  text NOT NULL,
    number  bigint GENERATED ALWAYS AS IDENTITY,
    on_day  date NOT NULL,
    page    text NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('clear', 'unclear', 'stuck')),
    words   text NOT NULL CHECK (length(words) <= 400),
    PRIMARY KEY (tenant, number)
);
CREATE INDEX opinion_day ON opinion (tenant, on_day);

SELECT protect('opinion', tenant => 'tenant', verbs => 'SELECT, INSERT, DELETE');
