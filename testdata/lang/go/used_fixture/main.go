package main

import "example.com/a/testdata"

func main() { testdata.Make() }
