"""Deaths (死亡による消除, 住民基本台帳法施行令 8条): the record is closed ex officio, on the word of the family register."""
