import { a } from "./a.js";
import { b } from "./b.js";
import { c } from "./c.mjs";
import { d } from "./d.cjs";
import { e } from "./e.jsx";
import { f } from "./f.js";
import { g } from "./g.config";
a; b; c; d; e; f; g;
