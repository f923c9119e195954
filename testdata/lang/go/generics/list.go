package app

type List[T any] struct{ items []T }

func (l *List[Item]) Add(i Item) { l.items = append(l.items, i) }

func Map[Item, R any](l List[Item], f func(Item) R) {}
