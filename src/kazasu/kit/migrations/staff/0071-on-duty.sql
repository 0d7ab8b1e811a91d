-- Who works here is asked in the statement that writes the audit row, each time: a post that ended ends at once.

CREATE POLICY owner_asks ON staff FOR SELECT TO CURRENT_USER USING (true);

-- Owner's rights, because it is asked before there is an audit row. It says yes or no about whoever asks, and names nobody.
CREATE FUNCTION on_duty(who text, wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT FROM staff
                   WHERE tenant = current_setting('kazasu.tenant', true) AND staff_id = who
                     AND (wanted = '' OR wanted = ANY(roles)))
$$;
