fn main() { consumer.subscribe(&["readings"]); }
