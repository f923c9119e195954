export namespace Names { export const first = 1; }
export const other = 2;
