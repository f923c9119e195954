package config

var App Config

type Config struct {
	OrderTopic string `mapstructure:"ORDER_TOPIC"`
}
