package main

func main() { db, err := gorm.Open(mysql.Open(config.DbHost)) }
