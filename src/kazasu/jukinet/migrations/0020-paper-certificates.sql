-- A paper certificate of moving out was given for this transfer: who brings it arrives after the special route, too.
ALTER TABLE transfer ADD COLUMN on_paper boolean NOT NULL DEFAULT false;
