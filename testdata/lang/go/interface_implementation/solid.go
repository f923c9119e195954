package app

type Solid interface {
	Shape
	Volume() int
}
