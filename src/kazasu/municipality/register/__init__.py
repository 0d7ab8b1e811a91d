"""The resident register (住民基本台帳): records and their versions, households, corrections ex officio."""
