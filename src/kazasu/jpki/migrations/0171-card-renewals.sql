-- A card that was made to take the place of another one of the same holder. Until it is first used, the one before goes on.

ALTER TABLE card ADD COLUMN renews text REFERENCES card;

CREATE INDEX card_renews ON card (renews) WHERE renews IS NOT NULL;
