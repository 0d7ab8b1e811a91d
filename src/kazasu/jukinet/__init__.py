"""The Basic Resident Register Network (住民基本台帳ネットワーク): holds who is registered where, and transfer tokens; never
sees what a service does with a person."""
