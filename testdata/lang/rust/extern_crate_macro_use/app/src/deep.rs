pub fn f() { twice!(()); }
