-- Of several movers a city may register some: the resident reads who was not, by name.
ALTER TABLE move_event ADD COLUMN not_registered jsonb NOT NULL DEFAULT '[]';
