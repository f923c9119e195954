import { dup, only } from "./hub";
import { x } from "./cycle1";
dup; only; x;
