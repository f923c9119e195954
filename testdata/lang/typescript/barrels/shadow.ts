import { a } from "./index";
function f(a: number) {
  return a;
}
