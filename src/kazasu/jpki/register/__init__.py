"""Who holds which certificate on which card or phone, and under which name each asker knows them."""
