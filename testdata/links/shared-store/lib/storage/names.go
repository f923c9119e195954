package storage

const Bucket = "files"
