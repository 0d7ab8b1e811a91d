"""The register of relying parties: who may ask, with which keys, for what, reviewed by whom."""
