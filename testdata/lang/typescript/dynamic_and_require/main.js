const a = require("./a");
const { b: renamed } = require("./b");
import("./c");
import(`./d`);
const name = "./e";
import(name);
require(name);
function local(require) {
  require("./shadowed");
}
a.run(renamed);
