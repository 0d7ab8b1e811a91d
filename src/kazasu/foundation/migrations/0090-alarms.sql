-- Every room: what rings and waits until a person has looked at it, and whom somebody was shown within the last hour.

-- No data of a resident: who did it (a post, an institution, a place), how often, and which fault.
CREATE TABLE alarm (
    tenant   text        NOT NULL,
    alarm_id uuid        NOT NULL,
    kind     text        NOT NULL CHECK (kind <> ''),
    cause    text        NOT NULL CHECK (cause <> ''),
    facts    jsonb       NOT NULL,
    times    bigint      NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    seen_at  timestamptz,
    seen_by  text        NOT NULL DEFAULT '',
    reason   text        NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, alarm_id),
    CHECK ((seen_at IS NULL) = (seen_by = '') AND (seen_at IS NULL) = (reason = ''))
);

-- One that nobody has looked at yet is rung again, not doubled.
CREATE UNIQUE INDEX alarm_open ON alarm (tenant, kind, cause) WHERE seen_at IS NULL;

CREATE INDEX alarm_of_cause ON alarm (tenant, kind, cause, last_at);

CREATE INDEX alarm_seen ON alarm (tenant, seen_at) WHERE seen_at IS NOT NULL;

SELECT protect('alarm', tenant => 'tenant', verbs => 'SELECT, INSERT, UPDATE');

-- How many are open, for /healthz: counts, and nothing of them. Owner's rights: whoever looks each few seconds must not
-- become each of 1,741 cities for it. It reads the index of those that are open, whatever lies in the table.
CREATE POLICY owner_counts ON alarm FOR SELECT TO CURRENT_USER USING (seen_at IS NULL);

CREATE FUNCTION alarms_open()
RETURNS TABLE (kind text, alarms bigint, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT kind, count(*), min(first_at) FROM alarm WHERE seen_at IS NULL GROUP BY kind
$$;

-- Whom each one who acts was shown, in slots of ten minutes; forgotten after two hours at the latest. A person is named as
-- the audit record names them.
CREATE TABLE alarm_shown (
    tenant text        NOT NULL,
    who    text        NOT NULL,
    slot   timestamptz NOT NULL,
    shown  text        NOT NULL,
    PRIMARY KEY (tenant, who, slot, shown)
);

CREATE INDEX alarm_shown_slot ON alarm_shown (tenant, slot);

SELECT protect('alarm_shown', tenant => 'tenant', verbs => 'SELECT, INSERT, DELETE');

-- What is usual for a kind of post: how many people in how many hours of work.
CREATE TABLE alarm_usual (
    tenant text   NOT NULL,
    post   text   NOT NULL,
    hours  bigint NOT NULL,
    people bigint NOT NULL,
    PRIMARY KEY (tenant, post)
);

SELECT protect('alarm_usual', tenant => 'tenant', verbs => 'SELECT, INSERT, UPDATE');
