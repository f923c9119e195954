export function g(): unknown {
  return Widget;
}
export function h(widget: Widget): void {}
