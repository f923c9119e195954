package old

import "example.com/app"

func B() { app.Run() }
