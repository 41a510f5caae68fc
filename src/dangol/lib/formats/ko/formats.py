DATETIME_FORMAT = "Y년 n월 j일 A g:i"  # as TIME_FORMAT has it: 오전 stands before the hour
