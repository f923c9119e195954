module user-service

go 1.22
