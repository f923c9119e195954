package main

import "example.com/chat/pkg/commands"

func main() { commands.NewUsers().Run() }
