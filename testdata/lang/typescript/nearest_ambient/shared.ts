import { Result } from "./a";
import { tint } from "paint";
export const one: Result = tint;
