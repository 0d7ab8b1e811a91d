"""Businesses: sample relying parties of the identity service, and the kit for real ones."""
