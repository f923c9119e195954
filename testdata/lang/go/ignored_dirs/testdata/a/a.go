package a

import "example.com/app"

func A() { app.Run() }
