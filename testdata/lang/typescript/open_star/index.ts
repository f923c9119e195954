export * from "./any";
export * from "./shape";
