//go:build !linux && !windows

package main

func open() { shared() }
