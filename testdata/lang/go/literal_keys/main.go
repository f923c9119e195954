package main

import "example.com/app/api"

var _ = api.Thing{Name: "x"}

var _ = table{Name: 1}

var _ = []row{{Name: 2}}
