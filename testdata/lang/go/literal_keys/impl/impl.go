package impl

type Thing struct{ Name string }
