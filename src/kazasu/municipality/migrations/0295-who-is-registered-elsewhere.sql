-- A city that was asked where somebody is answers of each person: of one notice it may have registered some.

ALTER TABLE arrival_query ADD COLUMN registered uuid[];

COMMENT ON COLUMN arrival_query.registered IS 'tokens of whom that city registered; null: it has not answered, or did before this was told';
