package store

type Store struct{ cache index }

func (s *Store) Save(n int) { s.cache.put(n) }
