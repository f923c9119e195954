package storage

import "gorm.io/driver/postgres"

func Open() *DB {
	return gorm.Open(postgres.Open("host=" + host()))
}
