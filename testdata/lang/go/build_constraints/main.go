package main

func main() { open() }

func shared() {}
