package main

import "example.com/app/go-yaml"

func main() { yaml.Parse() }
