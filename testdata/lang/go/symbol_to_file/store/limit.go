package store

const Limit = 3
