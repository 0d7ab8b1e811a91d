-- Whose cards are to be updated after this line, as the city says: a correction of the register undoes what was done.
ALTER TABLE move_event ADD COLUMN cards jsonb;
