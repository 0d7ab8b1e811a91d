-- Of whom of the movers a death was entered, as the city says with this line.
ALTER TABLE move_event ADD COLUMN gone jsonb NOT NULL DEFAULT '[]';
