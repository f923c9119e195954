// @flow
export default class Tool<+T> { run: ?T; }
