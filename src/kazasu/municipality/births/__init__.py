"""Births (出生による記載, 住民基本台帳法 8条, 同法施行令 7条・12条2項1号): the record is made ex officio, on the word of the family register."""
