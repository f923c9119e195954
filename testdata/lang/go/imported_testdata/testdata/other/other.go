package other

import "example.com/app/testdata/kit"

func Other() { kit.Kit() }
