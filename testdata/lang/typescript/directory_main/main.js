const lib = require("./lib");
import typed from "./typed";
lib(typed);
