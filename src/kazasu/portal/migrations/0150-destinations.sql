-- A correction may lead to another city: which ones the move led to before, and what an old city named.
ALTER TABLE move ADD COLUMN former jsonb NOT NULL DEFAULT '[]';

ALTER TABLE move_event ADD COLUMN city text NOT NULL DEFAULT '';

-- Of corrections from before this the answers alone know the city.
UPDATE move SET former = jsonb_build_array(destination), destination = answers ->> 'destination'
WHERE answers ->> 'destination' <> destination;
