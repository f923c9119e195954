// @flow
export type Square = {| +side: number |};
export opaque type Circle: number = number;
