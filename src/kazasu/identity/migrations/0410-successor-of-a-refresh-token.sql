-- The answer that was lost, or that two tabs asked for: within half a minute the same successor comes again (RFC 9700 4.14.2 leaves
-- room for it). Sealed, and of no use later: `use_refresh` empties it with the next use.

ALTER TABLE refresh_token ADD COLUMN successor text NOT NULL DEFAULT '';
