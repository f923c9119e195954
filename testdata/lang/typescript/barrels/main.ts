import { a, c, d, late } from "./index";
import * as all from "./index";
a; c.inner; d(); late; all.b; all.c.inner;
