import { First } from "./model";
import { Second } from "./model";
console.log(First, Second());
