-- Arrivals from before the old city was told of them (jukinet/transfer-consumed/1): without persons, emptied as they are told.
-- A notice of moved-in that was on its way while the version changed would otherwise wait for ever.
CREATE TABLE transfer_untold (
    token uuid PRIMARY KEY
);

CREATE POLICY owner_finds ON transfer FOR SELECT TO CURRENT_USER USING (true);

INSERT INTO transfer_untold SELECT token FROM transfer WHERE state = 'CONSUMED';

DROP POLICY owner_finds ON transfer;

SELECT protect('transfer_untold', verbs => 'SELECT, DELETE');
