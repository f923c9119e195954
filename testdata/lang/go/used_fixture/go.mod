module example.com/a

require example.com/a/testdata v0.0.0

replace example.com/a/testdata => ./testdata
