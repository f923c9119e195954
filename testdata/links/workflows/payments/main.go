package main

import "go.temporal.io/sdk/worker"

func main() {
	w := worker.New(c, "payments", worker.Options{})
	w.Run(worker.InterruptCh())
}
