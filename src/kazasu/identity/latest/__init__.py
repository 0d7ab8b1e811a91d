"""Latest four attributes as relying parties and residents meet them; the consents stand at J-LIS."""
