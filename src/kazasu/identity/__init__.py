"""The card identity service (what デジタル認証アプリ's API is): it tells a relying party who held the card.

It holds who may ask it (``clients``), which code each party knows a person by (``consents``: pairwise
subjects, links, what was agreed to and released), taps and the codes and tokens that came of them
(``service``, ``store``), documents to be signed and the sealed evidence of signatures, passkeys, and events
to be told (``events``). Attributes lie here sealed, for minutes, between the tap and the party that fetches them.

It never sees an individual number, a resident record code, a PIN or a card's private key: J-LIS says whose
card it was, by a reference that means something to the two of them alone. It knows no register.

``integrators`` are the pages by which parties register, ``operators`` those who decide about them, ``oauth``
the table of the protocol's refusals. ``hooks`` is where an integrators' workshop may reach in; production has none.
"""
