package orders

import (
	"database/sql"

	"example.com/shop/internal/common"
	"example.com/shop/pb"
	"google.golang.org/grpc"
	_ "github.com/lib/pq"
)

func Run() {
	config := common.Load("config/orders/config.yaml")
	db, _ := sql.Open("postgres", config.Postgres.Host)
	conn, _ := grpc.Dial(config.Address)
	Place(pb.NewLedgerClient(conn))
	db.Ping()
}

func Place(client pb.LedgerClient) { client.Book(nil, nil) }
