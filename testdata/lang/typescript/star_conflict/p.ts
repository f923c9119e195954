export const dup = 1;
export const only = 1;
