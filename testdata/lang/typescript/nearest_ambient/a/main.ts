import * as paint from "paint";
import { tint } from "paint";
export type Wanted = Runner.Options;
export type Unknown = Runner.Other;
Runner.start(paint, tint);
