package two

var Two = 2
