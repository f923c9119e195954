export const a = 1;
export const unused = 2;
