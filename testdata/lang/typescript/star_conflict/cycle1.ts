export * from "./cycle2";
