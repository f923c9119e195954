package main

type table map[string]int

type row struct{ Name int }
