-- Who headed a household before: how people stood to them says how they stand to another head.

CREATE INDEX resident_history_head ON resident_history (municipality_code, household_number) WHERE is_head;
