package main

import "github.com/jackc/pgx/v5"

func main() {
	pgx.Connect(ctx, "postgres://shop:secret@127.0.0.1:5432/shop")
}
