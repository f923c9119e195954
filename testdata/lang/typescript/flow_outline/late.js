// @flow
const { make } = require('./id');
exports.fix = (x: any) => (make(x): any);
