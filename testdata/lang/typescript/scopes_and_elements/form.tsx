export { Input } from "./input";
export const empty = "";
