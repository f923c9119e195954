package main

func open() { shared() }
