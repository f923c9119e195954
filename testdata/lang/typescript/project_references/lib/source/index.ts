export * from "./inner";
export const top = 1;
