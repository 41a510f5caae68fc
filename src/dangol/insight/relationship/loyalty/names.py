"""What the runs that measure loyalty are called, and how far their work has come."""

KIND = "loyalty"
WAVES, CONTACTS = "loyalty_waves", "loyalty_contacts"
