import { Plugin } from "./plugin";
export const all: Plugin[] = [];
