module example.com/app/sub
