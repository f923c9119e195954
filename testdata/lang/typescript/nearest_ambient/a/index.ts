export { type Result } from "./kinds";
