-- The link that a request ended in: the partner may ask again, with the same token, and is given the same link.

ALTER TABLE link_request ADD COLUMN link_id text NOT NULL DEFAULT '';
