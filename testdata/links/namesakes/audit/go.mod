module audit

go 1.22
