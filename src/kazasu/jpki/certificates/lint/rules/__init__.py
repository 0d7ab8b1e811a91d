"""The rules of the certificate profile, one a file: each with its sentence, its source and its check."""
