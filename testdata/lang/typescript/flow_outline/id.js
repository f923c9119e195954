/* @flow */
export opaque type Id = string;
declare export function make(?string): Id;
