package prices

type List struct{ Rate Rate }

func (l List) Sum() int { return l.Rate.Of(l) }
