module cart

go 1.22
