package config

type Config struct {
	DbHost string `mapstructure:"DB_HOST"`
}
