import { a } from "lib/a";
import { b } from "react";
a(b);
