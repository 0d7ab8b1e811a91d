-- Whoever signs out everywhere, or lost the card, ends the sessions that it began here: they are found by its subject.

CREATE INDEX web_session_card ON web_session (tenant, (data ->> 'card_subject'));
