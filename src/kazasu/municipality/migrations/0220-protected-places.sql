-- Where somebody under 支援措置 lives is hidden in the record of whoever lives with them, too: found by the household, and by the
-- address as search_key (0111) writes it, so that width and spaces do not matter.
ALTER TABLE resident ADD COLUMN place_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
    (search_key(prefecture || city || town || block || building)) STORED;

CREATE INDEX resident_protected_household ON resident (municipality_code, household_number) WHERE protected;

CREATE INDEX resident_protected_place ON resident (municipality_code, place_key) WHERE protected;

-- What a resident announced to a city that they did not come to is kept there no longer.
CREATE POLICY owner_forgets ON moving_in FOR UPDATE TO CURRENT_USER USING (true);

UPDATE moving_in SET reservation = NULL, moved_on = NULL, notified_on = NULL
WHERE state IN ('withdrawn', 'cancelled', 'elsewhere');

DROP POLICY owner_forgets ON moving_in;
