"""Who of the staff has a case, since when, and what they noted: of every subject's cases alike."""
