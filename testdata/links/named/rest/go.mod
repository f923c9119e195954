module rest

go 1.22
