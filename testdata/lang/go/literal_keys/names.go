package main

const Name = "n"
