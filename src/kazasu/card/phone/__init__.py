"""The phone: an installable web application that stands beside the card (C3), with keys of its own that never leave it;
no institution's register is seen from here.
"""
