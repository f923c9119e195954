package db

func Open() Conn { return Conn{} }

type Conn struct{}

func (Conn) Query() {}
