export type Detail = string;
