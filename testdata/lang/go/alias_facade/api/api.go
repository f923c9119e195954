package api

import "example.com/app/internal/impl"

type Thing = impl.Thing
