export function money(...all: unknown[]) {}
