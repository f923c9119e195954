import type * as Result from "./result";
export type Result = Result.Detail[];
