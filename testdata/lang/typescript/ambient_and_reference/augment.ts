import "./model";
declare module "./model" {
  interface Model {
    extra: string;
  }
}
