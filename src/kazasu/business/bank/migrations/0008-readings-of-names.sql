-- How a customer's name is read, as they say it themselves: their card does not tell. Empty: not said.

ALTER TABLE customer ADD COLUMN kana text NOT NULL DEFAULT '';
