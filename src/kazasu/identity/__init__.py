"""The authentication and signature service: holds pairwise subjects, consents and signing transactions; never sees an
individual number, a PIN or a certificate's serial number."""
