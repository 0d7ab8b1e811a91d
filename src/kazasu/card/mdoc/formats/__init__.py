"""The formats of an electronic record: CBOR, COSE, elements, credential, status list. Pure."""
