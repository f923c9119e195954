// Package commands holds a file for each program.
package commands

type root struct{ start func() }

func (r *root) Run() { r.start() }
