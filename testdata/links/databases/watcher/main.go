package main

func main() { config.Load(); watch() }
