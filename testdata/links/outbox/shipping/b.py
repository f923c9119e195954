from kafka import KafkaConsumer

consumer = KafkaConsumer("stock-reserved")
