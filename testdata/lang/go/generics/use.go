package app

var items = List[Item]{}
