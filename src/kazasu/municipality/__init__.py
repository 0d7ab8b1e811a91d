"""City halls (市区町村): the resident register of each city, and the desks where people move, correct
and continue. Holds residents with their 個人番号 and 住民票コード, one tenant a city; never sees another
city's rows, a certificate's key or what a service knows of a person."""
