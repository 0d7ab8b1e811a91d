"""Sample relying parties, a bank and a payment service, and the protocol between the two; each holds its customers under
its own numbers and never sees the other's subjects."""
