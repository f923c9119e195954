package testdata

import "example.com/a/profile"

func Make() { profile.New() }
