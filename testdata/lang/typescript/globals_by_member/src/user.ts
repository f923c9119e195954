declare const Widget: { make(): void };
export function f(order: Shop.Order): void {}
