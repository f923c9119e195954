import { top, inner } from "lib";
import { inner as again } from "../lib/out/inner";
top; inner; again;
