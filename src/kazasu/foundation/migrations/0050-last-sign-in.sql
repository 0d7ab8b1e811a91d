-- When somebody signed in last, so that the next sign-in can show it: a stranger's would be noticed. One row a person.

CREATE TABLE web_sign_in (
    tenant  text NOT NULL,
    kind    text NOT NULL,
    subject text NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, subject)
);

SELECT protect('web_sign_in', tenant => 'tenant');

-- Notes this one and tells the one before, in one statement.
CREATE FUNCTION sign_in_noted(whose text, of_kind text, who text, instant timestamptz) RETURNS timestamptz
LANGUAGE sql AS $$
    WITH before AS (
        SELECT at FROM web_sign_in WHERE tenant = whose AND kind = of_kind AND subject = who)
    INSERT INTO web_sign_in AS s (tenant, kind, subject, at) VALUES (whose, of_kind, who, instant)
    ON CONFLICT (tenant, kind, subject) DO UPDATE SET at = greatest(s.at, EXCLUDED.at)
    RETURNING (SELECT at FROM before)
$$;
