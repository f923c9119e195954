package store

type index map[int]int

func (i index) put(n int) { i[n] = n }
