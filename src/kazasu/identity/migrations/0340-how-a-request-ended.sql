-- How an authorization request ended, so that whoever comes back to it is told the truth: the code was given, or the person stopped.
-- Empty: not ended, or by a version that did not write it. And which pushed request it began with: its address is used up where
-- the code is given, and not by whoever opens it (RFC 9126 4).

ALTER TABLE authorization_request ADD COLUMN outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'granted', 'stopped'));

ALTER TABLE authorization_request ADD COLUMN pushed bytea NOT NULL DEFAULT '';

CREATE INDEX authorization_request_pushed ON authorization_request (pushed) WHERE pushed <> '';
