"""The treaties between institutions: what each may be told (letters) or asked (inquiries).

One module (or package) per institution that *receives*; typed, versioned, without behaviour. A message is named
``room/what-it-is/version``; a change that an old reader could misread takes a new version.
"""
