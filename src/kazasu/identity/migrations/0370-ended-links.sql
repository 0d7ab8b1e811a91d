-- A removed link ends; the number stays the person's own. Deleted, it left behind what a service kept under it, money
-- too, for nobody: whoever came again was somebody new.

ALTER TABLE subject ADD COLUMN ended_at timestamptz;

GRANT UPDATE (since, ended_at) ON subject TO identity;

REVOKE DELETE ON subject FROM identity;
