-- A post that was stopped from the page of an alarm (kazasu.kit.alarms.posts): out of the table by which everybody is let in, and
-- kept here whole, so that it can be given back.
CREATE TABLE post_stopped (
    tenant        text        NOT NULL,
    staff_id      text        NOT NULL CHECK (staff_id <> ''),
    post          jsonb       NOT NULL,
    alarm_id      uuid        NOT NULL,
    stopped_by    text        NOT NULL CHECK (stopped_by <> '' AND stopped_by <> staff_id),
    stopped_at    timestamptz NOT NULL,
    reason        text        NOT NULL CHECK (reason <> ''),
    given_back_by text        NOT NULL DEFAULT '' CHECK (given_back_by <> staff_id),
    given_back_at timestamptz,
    PRIMARY KEY (tenant, staff_id, stopped_at),
    CHECK ((given_back_at IS NULL) = (given_back_by = ''))
);

SELECT protect('post_stopped', tenant => 'tenant', personal => true, verbs => 'SELECT, INSERT, UPDATE');

-- Owner's rights, because nobody at a desk deletes a post: it can only be put aside, under a record, by another one.
CREATE FUNCTION stop_post(who text, of_alarm uuid, by_whom text, why text, instant timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH gone AS (
        DELETE FROM staff s
        WHERE tenant = current_setting('kazasu.tenant', true) AND staff_id = who AND who <> by_whom
        RETURNING s.tenant, s.staff_id, to_jsonb(s) AS post),
    kept AS (
        INSERT INTO post_stopped (tenant, staff_id, post, alarm_id, stopped_by, stopped_at, reason)
        SELECT tenant, staff_id, post, of_alarm, by_whom, instant, why FROM gone RETURNING 1)
    SELECT EXISTS (SELECT FROM kept)
$$;
