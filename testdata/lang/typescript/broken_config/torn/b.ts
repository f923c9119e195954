import { a } from "./a"; import { x } from "~a";
export const b = [a, x];
