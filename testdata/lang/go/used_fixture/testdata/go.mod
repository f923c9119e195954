module example.com/a/testdata

require example.com/a/profile v0.0.0

replace example.com/a/profile => ../profile
