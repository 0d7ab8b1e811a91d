"""Changes of a household without a move (世帯変更届, 住民基本台帳法 25条): who heads it, who leaves it, joins it or passes into another one."""
