import { a } from "./lib";
import { b } from "./lib/";
import { c } from "./other";
a; b; c;
