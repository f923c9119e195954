package app

import (
	"example.com/app/any"
	error "example.com/app/error_kinds"
)

func Run(list []int) *any.Any {
	error.Kind()
	for _, any := range list {
		_ = any
	}
	return &any.Any{}
}
