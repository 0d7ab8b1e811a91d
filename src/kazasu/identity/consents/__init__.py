"""What a person agreed to: per relying party, item, purpose and term, with the evidence; and how it ends."""
