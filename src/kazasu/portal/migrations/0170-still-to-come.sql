-- Whom of those who are not registered yet the city will register by the same notice, and until when.
ALTER TABLE move_event ADD COLUMN to_come jsonb NOT NULL DEFAULT '[]';

-- Whose residence card has still to be given its new address, as the city says with this line.
ALTER TABLE move_event ADD COLUMN residence_cards jsonb;
