declare module "paint" {
  function paint(): void;
  export = paint;
}
declare namespace Runner {
  interface Options {
    fast: boolean;
  }
}
