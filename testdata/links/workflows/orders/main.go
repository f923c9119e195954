package main

import "go.temporal.io/sdk/client"

func main() {
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "x", TaskQueue: "payments"}, "Charge", order)
	run.Get(ctx, &receipt)
}
