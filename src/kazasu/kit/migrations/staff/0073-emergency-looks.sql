-- A look at one person's record by who has not the role for it, in an emergency: asked for by one post, agreed to by another,
-- over after an hour (kazasu.kit.emergency). When it is over by itself nothing is written: the hour says so.

CREATE TABLE emergency_look (
    tenant      text        NOT NULL,
    look_id     text        NOT NULL CHECK (look_id <> ''),
    about       text        NOT NULL CHECK (about <> ''),
    asked_by    text        NOT NULL CHECK (asked_by <> ''),
    asked_at    timestamptz NOT NULL,
    reason      text        NOT NULL CHECK (reason <> ''),
    reason_ja   text        NOT NULL CHECK (reason_ja <> ''),
    reason_en   text        NOT NULL CHECK (reason_en <> ''),
    agreed_by   text        NOT NULL DEFAULT '' CHECK (agreed_by <> asked_by),
    agreed_at   timestamptz,
    until       timestamptz,
    closed_as   text        NOT NULL DEFAULT '' CHECK (closed_as IN ('', 'refuse', 'withdraw', 'end')),
    closed_by   text        NOT NULL DEFAULT '',
    closed_at   timestamptz,
    reviewed_by text        NOT NULL DEFAULT '' CHECK (reviewed_by = '' OR reviewed_by NOT IN (asked_by, agreed_by)),
    reviewed_at timestamptz,
    verdict     text        NOT NULL DEFAULT '' CHECK (verdict IN ('', 'right', 'wrong')),
    words       text        NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, look_id),
    CHECK ((agreed_at IS NULL) = (agreed_by = '') AND (agreed_at IS NULL) = (until IS NULL)),
    CHECK (until <= agreed_at + interval '60 minutes'),
    CHECK ((closed_at IS NULL) = (closed_as = '') AND (closed_at IS NULL) = (closed_by = '')),
    CHECK ((reviewed_at IS NULL) = (reviewed_by = '') AND (reviewed_at IS NULL) = (verdict = ''))
);

CREATE INDEX emergency_look_of ON emergency_look (tenant, asked_by, about);

CREATE INDEX emergency_look_asked ON emergency_look (tenant, asked_at);

SELECT protect('emergency_look', tenant => 'tenant', personal => true, verbs => 'SELECT, INSERT, UPDATE');

-- Who reads of it: whose data are seen. Somebody whose record shows where a protected person lives is not told.
CREATE TABLE emergency_told (
    tenant  text NOT NULL,
    person  text NOT NULL,
    look_id text NOT NULL,
    PRIMARY KEY (tenant, person, look_id)
);

CREATE INDEX emergency_told_of ON emergency_told (tenant, look_id);

SELECT protect('emergency_told', tenant => 'tenant', personal => true, verbs => 'SELECT, INSERT');

CREATE POLICY owner_asks ON emergency_look FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_asks ON emergency_told FOR SELECT TO CURRENT_USER USING (true);

-- Owner's rights, because it is asked before there is an audit row. It tells whoever asks of what is open to them alone, at
-- this instant, and as long as they have a post.
CREATE FUNCTION emergency_open(who text, whose text, instant timestamptz)
RETURNS TABLE (look_id text, agreed_by text, told text[], reason_ja text, reason_en text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT e.look_id, e.agreed_by,
           ARRAY(SELECT t.person FROM emergency_told t WHERE t.tenant = e.tenant AND t.look_id = e.look_id ORDER BY 1),
           e.reason_ja, e.reason_en
    FROM emergency_look e
    WHERE e.tenant = current_setting('kazasu.tenant', true) AND e.asked_by = who AND e.about = whose
      AND e.agreed_at <= instant AND instant < e.until AND e.closed_at IS NULL AND on_duty(who, '')
    ORDER BY e.until DESC LIMIT 1
$$;
