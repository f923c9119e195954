package app

import (
	"testing"

	"example.com/app/testdata/kit"
)

func TestRun(t *testing.T) { kit.Kit(); Run() }
