"""Those who decide about relying parties: what waits, what a machine sees, decisions with their reasons."""
