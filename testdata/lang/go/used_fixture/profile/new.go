package profile

func New() {}
