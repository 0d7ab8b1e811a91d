-- The person's record of a signature says which document it was: its title as the person read it, and its SHA-256 (hex). The
-- document itself stays with the party, and here only as long as the signing transaction.

ALTER TABLE release ADD COLUMN document_ja text NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN document_en text NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN document_digest text NOT NULL DEFAULT '';
ALTER TABLE release ADD COLUMN sign_transaction_id uuid;
