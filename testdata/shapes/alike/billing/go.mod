module example.org/billing
