export * from "./p";
export { dup } from "./q";
