-- Which kind of phone certificates are on. One phone a person at a time is a rule of the service, kept
-- in the transaction that records the new one.

ALTER TABLE card ADD COLUMN platform text NOT NULL DEFAULT '' CHECK (platform IN ('', 'android', 'iphone'));

CREATE INDEX card_parent ON card (parent_card) WHERE parent_card IS NOT NULL;
