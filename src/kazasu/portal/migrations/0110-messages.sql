-- How far a resident has read what cities told of each move: opening a case reads all that it says.

CREATE TABLE message_seen (
    resident text NOT NULL,
    case_id  text NOT NULL,
    upto     bigint NOT NULL,
    PRIMARY KEY (resident, case_id)
);

SELECT protect('message_seen', personal => true, verbs => 'SELECT, INSERT, UPDATE');
