export * from "./a";
export * from "./b";
export * as c from "./c";
export { default as d } from "./d";
import { late } from "./late";
export { late };
