const { one } = require("./one");
const { inner: two } = require("./two");
function own() {}
function late() {}
module.exports = { one, two, own };
function set(one) {
  exports.late = one;
}
