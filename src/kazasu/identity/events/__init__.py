"""What relying parties are told without asking: security events and back-channel logout."""
