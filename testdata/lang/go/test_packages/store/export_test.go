package store

var Secret = secret
