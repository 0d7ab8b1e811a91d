"""Deaths (死亡による消除, 住民基本台帳法施行令 8条・12条2項1号): the record is closed ex officio, on the word of the family register."""
