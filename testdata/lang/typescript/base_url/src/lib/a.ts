export function a(x: unknown) {}
