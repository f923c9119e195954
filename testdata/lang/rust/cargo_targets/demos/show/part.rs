pub fn p() { demo::lib(); }
