package api

import "example.com/app/impl"

type Thing = impl.Thing
