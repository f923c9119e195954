export const button = 2;
