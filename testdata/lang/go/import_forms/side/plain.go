package side

var X = 1
