export const First = { a: 1 };
export type First = typeof First;
export interface Second { b: number }
export function Second(): Second { return { b: 2 }; }
export type Third = string;
