package any

type Any struct{}
