-- To which kinds of institutions the certificate of who signs for a party may go: fixed at its review, of a private party none.

ALTER TABLE client ADD COLUMN audiences text[] NOT NULL DEFAULT '{}';

ALTER TABLE client ADD CONSTRAINT client_audiences_of_the_state CHECK (public_institution OR audiences = '{}') NOT VALID;

ALTER TABLE client VALIDATE CONSTRAINT client_audiences_of_the_state;

UPDATE client SET audiences = '{city}' WHERE institution = 'portal';
