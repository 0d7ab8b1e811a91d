-- An act may be open to several roles: "counter decider". Whoever holds one of them may do it.

CREATE OR REPLACE FUNCTION on_duty(who text, wanted text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT FROM staff
                   WHERE tenant = current_setting('kazasu.tenant', true) AND staff_id = who
                     AND (wanted = '' OR string_to_array(wanted, ' ') && roles))
$$;
