<?php
use PhpAmqpLib\Message\AMQPMessage;
class Publisher { public function push(string $queue, array $data): void { $this->channel->basic_publish($message, "", $queue); } }
