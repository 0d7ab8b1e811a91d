-- What happens to a person is told to several parties: to each private one at another moment, so that the moment joins nobody. Until
-- then its party does not see that it is there.

ALTER TABLE delivery ADD COLUMN told_from timestamptz NOT NULL DEFAULT 'epoch';
