const { one, two, own, late } = require("./parts");
one(two, own, late);
