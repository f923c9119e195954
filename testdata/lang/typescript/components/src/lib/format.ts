export const format = (value: unknown) => `${value}`;
export const unused = 1;
