package main

import "example.com/app/db"

type conn interface{ Query() }

func run(db conn) { db.Query() }

func main() { run(db.Open()) }
