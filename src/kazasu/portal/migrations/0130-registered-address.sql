-- What a city registered need not be what was announced: the resident reads it.
ALTER TABLE move_event ADD COLUMN address text NOT NULL DEFAULT '';
