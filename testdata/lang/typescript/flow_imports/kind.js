// @flow
export opaque type Kind = {|+name: ?string|};
