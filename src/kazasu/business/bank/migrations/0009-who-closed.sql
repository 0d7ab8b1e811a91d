-- Who signs in after the account was closed reads so: the end of a link is found by whose it was.

CREATE INDEX own_link_change_ended ON own_link_change ((moves -> 0 ->> 0), number) WHERE kind = 'ended';
