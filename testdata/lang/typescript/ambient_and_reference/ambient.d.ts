declare module "virtual:paint" {
  export function paint(...all: unknown[]): void;
}
declare module "*.svg" {
  const url: string;
  export default url;
}
