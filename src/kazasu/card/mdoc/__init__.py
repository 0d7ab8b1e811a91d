"""カード代替電磁的記録: the My Number Card's data as an ISO mdoc on a phone, docType ``org.iso.23220.1.jp.mnc``.

Pure format code and the two libraries that stand on it: the holder's (:mod:`wallet`) and the relying party's
(:mod:`verifier`). CBOR is cbor2's, COSE is cwt's, JOSE is joserfc's, X.509 is cryptography's; nothing here computes
a signature of its own. What is followed, what is simplified: docs/institutions/mdoc.md.
"""
