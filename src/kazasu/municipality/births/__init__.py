"""Births (出生による記載, 住民基本台帳法 8条, 同法施行令 8条): the record is made ex officio, on the word of the family register."""
