"""Is this signature good, and whose is it? Answered to institutions that may ask."""
