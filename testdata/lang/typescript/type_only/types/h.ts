export const H = 1;
