import { a } from "own/a"; export const b = a;
