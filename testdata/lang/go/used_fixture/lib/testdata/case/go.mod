module example.com/case
