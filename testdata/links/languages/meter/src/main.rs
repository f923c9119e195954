fn main() { bus::publish_event(&producer, "readings", body); }
