module pay

go 1.22
