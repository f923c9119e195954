export * from "./cycle1";
export const x = 1;
