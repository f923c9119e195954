import outside = require("outside");
export = outside;
